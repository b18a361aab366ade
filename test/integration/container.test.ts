import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { Project } from '../support/hsu.ts';

/** An id that is given to nobody, and to no other run of this test. */
const nobody = String(60_000 + (process.pid % 5_000));

/** What runs behind it is process 1 of a container with a /proc of its own, and a user that no list of users knows. */
const container = [
  'unshare',
  ...['--user', `--map-user=${nobody}`, `--map-group=${nobody}`],
  ...['--pid', '--mount', '--mount-proc', '--fork', '--kill-child'],
];

const workersFile = `workers:
  - id: process
    type: process
    execution: { executable_path: node, args: [beat.mjs] }
    ready: { log: here }
  - id: module
    type: module
    module: { module_path: beat.mjs, entry_point: CreateBeat }
`;

const beat = `
  setInterval(() => undefined, 1000);
  console.log('here, process', process.pid);
  export const CreateBeat = () => ({ start() {} });
`;

/** Calls the command line as its words say, one after the other, and prints what each answered. */
const ask = `
  import { spawnSync } from 'node:child_process';
  const [cli, ...calls] = process.argv.slice(2);
  const answers = calls.map((words) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...words.split(' ')], { encoding: 'utf8' });
    return { words, status, stdout, stderr };
  });
  console.log('answers', JSON.stringify(answers));
`;

interface Answer {
  readonly words: string;
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe('in a container', function () {
  // Bounds a hang on a busy machine; nothing is measured.
  this.timeout(180_000);
  let project: Project;
  before(function () {
    const [program = '', ...args] = container;
    const { error, stderr } = spawnSync(program, [...args, 'true'], { encoding: 'utf8' });
    const refusal = error?.message ?? stderr.trim();
    if (refusal === '') return;
    console.log(`    not run, for no container can be made here: ${refusal}`);
    this.skip();
  });
  beforeEach(() => {
    project = new Project({ 'workers.yaml': workersFile, 'beat.mjs': beat, 'ask.mjs': ask });
  });
  afterEach(() => project.dispose());

  it('everything works as process 1, for a user without a name, with nothing but Node, a HOME that cannot be written and a long TMPDIR', async () => {
    const bare = mkdtempSync(path.join(tmpdir(), 'hsu-bare-'));
    try {
      const programs = path.join(bare, 'bin');
      const home = path.join(bare, 'home');
      const temp = path.join(bare, 't'.repeat(100));
      for (const folder of [programs, home, temp]) mkdirSync(folder);
      symlinkSync(process.execPath, path.join(programs, 'node'));
      chmodSync(home, 0o500);
      const environment = ['env', '-i', `PATH=${programs}`, `HOME=${home}`, `TMPDIR=${temp}`];
      const calls = ['status --json', 'restart process', 'logs process', 'debug module', 'debug module --end'];
      const lasts = ['profile module --seconds 1 --out module.cpuprofile', 'doctor --json', 'stop --all'];
      const words = ['node', 'ask.mjs', path.join(DIST_FOLDER, 'cli.js'), ...calls, ...lasts];
      const [program = '', ...args] = [
        ...container,
        ...environment,
        process.execPath,
        path.join(DIST_FOLDER, 'cli.js'),
      ];
      const run = spawnSync(program, [...args, 'run', '--until-healthy', '--', ...words], {
        cwd: project.folder,
        encoding: 'utf8',
      });
      assert.equal(run.status, 0, run.stderr);
      const [, text = ''] = /^answers (.*)$/m.exec(run.stdout) ?? [];
      const answers = JSON.parse(text) as Answer[];
      const answer = (start: string) => answers.find((one) => one.words.startsWith(start))?.stdout ?? '';
      const failed = answers.filter(({ words, status }) => status !== 0 && !words.startsWith('doctor'));
      assert.deepEqual(failed, []);
      const snapshots = JSON.parse(answer('status')) as WorkerSnapshot[];
      assert.deepEqual(
        snapshots.map(({ id, state, type, host_pid: host }) => [id, state, type === 'module' ? host : 'own']),
        [
          ['process', 'running', 'own'],
          ['module', 'running', 1],
        ],
      );
      assert.match(answer('logs'), /^here, process \d+$/m);
      assert.match(answer('debug module'), /^ws:\/\/127\.0\.0\.1:\d+\//);
      const { master, problems } = JSON.parse(answer('doctor')) as { master: { pid: number }; problems: string[] };
      assert.equal(master.pid, 1);
      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? '', /^The master is process 1 of its container.*docker run --init/);
    } finally {
      rmSync(`/tmp/hsu-${nobody}`, { recursive: true, force: true });
      rmSync(bare, { recursive: true, force: true });
    }
  });

  it('that was killed, nothing is taken for what it had: another one begins afresh', async () => {
    const first = project.runThrough(container);
    await first.worker('process', 'running');
    await first.worker('module', 'running');
    await first.kill();

    const second = project.runThrough(container);
    const again = await second.worker('process', 'running');
    await second.worker('module', 'running');
    assert.equal((await project.hsu('logs', 'process', '--run', '0')).stdout.trim(), `here, process ${again.pid}`);
    assert.deepEqual(
      (await project.status()).map(({ id, state, last_error: error }) => [id, state, error]),
      [
        ['process', 'running', null],
        ['module', 'running', null],
      ],
    );
  });

  it('and outside of it, one folder of masters has one master of a file', async () => {
    const inside = project.runThrough(container);
    await inside.worker('module', 'running');
    const outside = await project.hsu('run');
    assert.equal(outside.code, 1);
    assert.match(outside.stderr, /^A master of .*workers\.yaml runs already \(pid 1\): use it with "hsu status"/);
    assert.equal((await project.hsu('stop', 'module')).stdout, 'module is stopped.\n');
  });
});
