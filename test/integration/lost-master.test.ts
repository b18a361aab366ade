import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { workerMarkers } from '../../master/workers/process/environment.ts';
import { thisMachine } from '../../master/workers/process/table/process-table.ts';
import { placesOf, preparePlaces } from '../../master/places.ts';
import { Project, type ForegroundMaster } from '../support/hsu.ts';
import { until } from '../support/until.ts';

/** Ready when it is started first; a run beside it never is, and neither ends when it is asked. */
const stubborn = `
  import { existsSync, writeFileSync } from 'node:fs';
  process.on('SIGTERM', () => console.log('asked'));
  setInterval(() => undefined, 1000);
  const mark = new URL('started', import.meta.url);
  if (!existsSync(mark)) console.log('ready now');
  writeFileSync(mark, '');
`;

const workersFile = `workers:
  - id: api
    type: process
    graceful_timeout: 60s
    ready: { log: ready now }
    execution: { executable_path: ./stubborn.mjs }
`;

interface Waiting {
  readonly words: readonly string[];
  readonly isWaiting: (project: Project) => Promise<boolean>;
}

/** What waits for the master until it answers, and how it shows that it does. */
const waiting: readonly [Waiting, ...Waiting[]] = [
  {
    words: ['swap', 'api'],
    isWaiting: async (project) => {
      const markers = workerMarkers('api', placesOf(project.file).key);
      return (await thisMachine.list()).filter((entry) => entry.carries(markers)).length === 2;
    },
  },
  ...(['stop', 'restart'] as const).map((name) => ({
    words: [name, 'api'],
    isWaiting: async (project: Project) => (await project.hsu('logs', 'api')).stdout.includes('asked'),
  })),
];

describe('a command whose master is lost', function () {
  // Bounds a hang on a busy machine; nothing is measured.
  this.timeout(180_000);
  let project: Project;
  afterEach(() => project.dispose());

  const begin = async (): Promise<ForegroundMaster> => {
    project = new Project({ 'workers.yaml': workersFile, 'stubborn.mjs': stubborn });
    const master = project.run();
    await master.worker('api', 'running');
    project.enter();
    return master;
  };
  const ended = () => `The master of ${project.file} ended before it had answered.`;
  const silent = () => `The master of ${project.file} has not answered for 10 s: it is stopped (SIGSTOP)`;

  for (const { words, isWaiting } of waiting) {
    it(`says so where it is killed while hsu ${words[0]} waits`, async () => {
      const master = await begin();
      const command = project.hsu(...words);
      await until(() => isWaiting(project), 'the master is about it');
      await master.kill();
      const { code, stdout, stderr } = await command;
      assert.deepEqual([code, stdout], [1, '']);
      assert.ok(stderr.startsWith(ended()), stderr);
    });
  }

  it('says so where it is stopped while hsu swap waits', async () => {
    const master = await begin();
    const [{ words, isWaiting }] = waiting;
    const command = project.hsu(...words);
    await until(() => isWaiting(project), 'the master is about it');
    process.kill(master.pid, 'SIGSTOP');
    const { code, stderr } = await command;
    assert.equal(code, 1);
    assert.ok(stderr.startsWith(silent()), stderr);
  });

  it('says so where it is stopped before the command comes', async () => {
    const master = await begin();
    process.kill(master.pid, 'SIGSTOP');
    const commands = [['status'], ['swap', 'api'], ['logs', 'api'], ['apply'], ['switch', 'api', '--to', 'module']];
    const results = await Promise.all(commands.map((words) => project.hsu(...words)));
    for (const { code, stderr } of results) {
      assert.equal(code, 1);
      assert.ok(stderr.startsWith(silent()), stderr);
    }
  });

  it('says so where it ends while its lines are followed', async () => {
    const master = await begin();
    const logs = spawn(process.execPath, [path.join(DIST_FOLDER, 'cli.js'), 'logs', 'api', '-f'], {
      cwd: project.folder,
      env: project.environment,
    });
    let stderr = '';
    logs.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    await once(logs.stdout, 'data');
    const over = once(logs, 'close');
    await master.kill();
    assert.deepEqual(await over, [0, null]);
    assert.equal(stderr, 'The master has ended: what api writes from now on is not shown.\n');
  });

  it('ends where it was killed in the middle of an answer', async () => {
    project = new Project({ 'workers.yaml': 'workers: []\n' });
    project.enter();
    const places = placesOf(project.file);
    preparePlaces(places);
    const half = createServer((socket) => {
      socket.once('data', () => socket.end('Content-Length: 500\r\n\r\n{"jsonrpc"'));
    });
    await once(half.listen(places.socket), 'listening');
    const { code, stderr } = await project.hsu('swap', 'api');
    assert.equal(code, 1);
    assert.match(stderr, /^No master is running for /);
    half.close();
  });

  it('ends where only its socket is left', async () => {
    const master = await begin();
    await master.kill();
    const { code, stderr } = await project.hsu('swap', 'api');
    assert.equal(code, 1);
    assert.match(stderr, /^No master is running for .*\nA former master was killed and had left processes: /);
  });
});
