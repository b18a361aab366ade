import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { placesOf } from '../../master/places.ts';
import { workerMarkers } from '../../master/workers/process/environment.ts';
import { thisMachine } from '../../master/workers/process/table/process-table.ts';
import { isAlive, Project } from '../support/hsu.ts';
import { until } from '../support/until.ts';

const program = path.join(ROOT_FOLDER, 'test/fixtures/programs/looks-for-former-trees.mjs');
const workers = `workers:
  - id: tree
    type: process
    graceful_timeout: 100ms
    ready: { log: a whole tree }
    restart: { policy: always, retry_delay: 10ms, max_retries: 0 }
    execution: { executable_path: ${program} }
`;
/** On a busy machine it fails where nothing is wrong, too: the worker then is restarted once more. */
const check = `    health_check: { exec: { command: test, args: [-e, ok] }, interval: 100ms, timeout: 90ms, failure_threshold: 1 }
`;

describe('a worker of several processes that do not end when they are asked', function () {
  // Bounds a hang on a busy machine; nothing is measured.
  this.timeout(60_000);
  let project: Project;
  let leader: number;
  before(function () {
    // The worker looks for its former runs in /proc.
    if (process.platform !== 'linux') this.skip();
  });
  const begin = async (file: string) => {
    project = new Project({ 'workers.yaml': file, ok: '' });
    leader = (await project.run().worker('tree', 'running')).pid;
  };
  afterEach(() => project.dispose());

  const lines = (name: string) => readFileSync(path.join(project.folder, name), 'utf8').split('\n').slice(0, -1);
  const markers = () => workerMarkers('tree', placesOf(project.file).key);

  const ways: readonly (readonly [how: string, file: string, end: () => Promise<unknown>])[] = [
    ['by hand', workers, () => project.hsu('restart', 'tree')],
    ['as its first process was killed', workers, () => Promise.resolve(process.kill(leader, 'SIGKILL'))],
    ['because it is not well', workers + check, () => Promise.resolve(rmSync(path.join(project.folder, 'ok')))],
    [
      'with a changed configuration',
      workers,
      async () => {
        project.write('workers.yaml', `${workers}    environment: { A: b }\n`);
        await project.hsu('apply');
      },
    ],
  ];
  for (const [how, file, end] of ways) {
    it(`is gone as a whole before it begins anew, when it is restarted ${how}`, async () => {
      await begin(file);
      await end();
      await until(() => lines('begins').length >= 2, 'the next run');
      // What each run saw of the one before it.
      assert.deepEqual([...new Set(lines('begins'))], ['']);
    });
  }

  it('is called stopped only when nothing of it is left', async () => {
    await begin(workers);
    await until(() => lines('members').length === 3, 'a whole tree');
    const members = lines('members').map(Number);
    const { code, stdout } = await project.hsu('stop', 'tree');
    assert.deepEqual([code, stdout], [0, 'tree is stopped.\n']);
    assert.deepEqual(await Promise.all(members.map(isAlive)), [false, false, false]);
    assert.deepEqual(
      (await thisMachine.list()).filter((entry) => entry.carries(markers())),
      [],
    );
    const { stdout: log } = await project.hsu('logs', 'tree');
    for (const pid of members)
      assert.match(log, new RegExp(`\\(pid ${pid}\\) did not end when asked and was killed\\.`));
  });
});

describe('a process that is only found', function () {
  this.timeout(60_000);
  let project: Project;
  afterEach(() => project.dispose());

  it('is ended by a restart and found again when those who manage it have brought it back, where both are allowed', async () => {
    // Its manager: whenever it ends another takes its place, and the pid file names that one.
    const manager = `
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
const next = () => {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  writeFileSync('service.pid', String(child.pid));
  child.once('exit', next);
  return child;
};
next();
process.on('SIGTERM', () => process.exit(0));
`;
    project = new Project({ 'manager.mjs': manager });
    const discovery = `{ method: pid-file, pid_file: ${project.folder}/service.pid, can_terminate: true, can_restart: true }`;
    project.write(
      'workers.yaml',
      `workers:
  - { id: manager, type: process, execution: { executable_path: node, args: [manager.mjs] } }
  - { id: service, type: process, depends_on: [manager], restart: { policy: always, retry_delay: 100ms, max_retries: 0 }, discovery: ${discovery} }
`,
    );
    const master = project.run();
    const { pid } = await master.worker('service', 'running');
    assert.deepEqual(await project.hsu('restart', 'service'), { code: 0, stdout: 'service is running.\n', stderr: '' });
    const again = (await project.status()).find(({ id }) => id === 'service');
    assert.notEqual(again?.pid, pid);
    assert.equal(await isAlive(pid), false);
    assert.ok(await isAlive(again?.pid ?? 0));
  });
});
