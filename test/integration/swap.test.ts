import assert from 'node:assert/strict';
import { handOutPort } from '../../master/workers/process/hand-out-port.ts';
import type { Outcome } from '../../master/protocol.ts';
import { placesOf } from '../../master/places.ts';
import { workerMarkers } from '../../master/workers/process/environment.ts';
import { thisMachine } from '../../master/workers/process/table/process-table.ts';
import { Project } from '../support/hsu.ts';
import { until } from '../support/until.ts';

/** Answers with the version that stood in the file beside it when it started; a version "broken" fails at once. */
const program = `
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
const version = readFileSync(new URL('version', import.meta.url), 'utf8');
if (version === 'broken') throw new Error('this version is broken');
const server = createServer((request, response) => {
    console.log('version ' + version + ' was asked');
    response.end(version);
  });
const at = process.argv.indexOf('--port');
server.listen(Number(process.argv[at + 1]), '127.0.0.1', () => console.log('version ' + version + ' is up'));
process.on('SIGTERM', () => server.close(() => { console.log('version ' + version + ' is gone'); process.exit(0); }));
`;

const module = `
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
export function create({ config }) {
  const version = readFileSync(new URL('version', import.meta.url), 'utf8');
  if (version === 'broken') throw new Error('this version is broken');
  const server = createServer((request, response) => {
    console.log('version ' + version + ' was asked');
    response.end(version);
  });
  return {
    start: () => new Promise((resolve) => server.listen(config.port, '127.0.0.1', () => { console.log('version ' + version + ' is up'); resolve(); })),
    stop: () => new Promise((resolve) => server.close(() => { console.log('version ' + version + ' is gone'); resolve(); })),
  };
}
`;

interface Placement {
  readonly where: string;
  readonly worker: (port: number) => string;
  /** What listens goes from the old run to the new one; otherwise the new one has a port of its own. */
  readonly handsOver: boolean;
}

const placements: readonly Placement[] = [
  {
    where: 'a process',
    handsOver: false,
    worker: (port) => `
    type: process
    health_check: { type: http, endpoint: / }
    port: ${port}
    execution: { executable_path: ./program.mjs, args: ['--port', '${port}'] }`,
  },
  {
    where: 'a shared module',
    handsOver: true,
    worker: (port) => `
    type: module
    health_check: { type: http, endpoint: / }
    module: { module_path: ./module.mjs, entry_point: create, config: { port: ${port} } }`,
  },
  {
    where: 'a module in a thread',
    handsOver: false,
    worker: (port) => `
    type: module
    module: { module_path: ./module.mjs, entry_point: create, isolation: thread, config: { port: ${port} } }`,
  },
];

describe('hsu swap', function () {
  // Bounds a hang on a busy machine; nothing is measured.
  this.timeout(180_000);
  let project: Project;
  afterEach(() => project.dispose());

  const open = async (worker: (port: number) => string) => {
    const port = await handOutPort();
    project = new Project({
      // A machine with too much to do makes a shared loop late, which would be told.
      'workers.yaml': `master: { module_host: { slow_after: 1h, blocked_after: 1h } }\nworkers:\n  - id: api${worker(port)}\n`,
      'program.mjs': program,
      'module.mjs': module,
      version: 'one',
    });
    const master = project.run();
    await master.event(
      ({ event, id, state }) => event === 'worker' && id === 'api' && (state === 'running' || state === 'failed'),
    );
    return { port, master };
  };
  const swap = async () => {
    const { code, stdout } = await project.hsu('swap', 'api', '--json');
    return { code, outcomes: JSON.parse(stdout) as Outcome[] };
  };
  const address = async () => {
    const [worker] = await project.status();
    assert.equal(worker?.state, 'running');
    const url = worker.endpoints.find(({ type }) => type === 'url')?.address;
    assert.ok(url !== undefined, JSON.stringify(worker.endpoints));
    return url;
  };
  const lines = async () => {
    const { stdout } = await project.hsu('logs', 'api', '--json');
    return (JSON.parse(stdout) as { text: string; run: number }[]).map(({ run, text }) => `${run}: ${text}`);
  };
  const answer = async (url: string) => (await fetch(url)).text();

  for (const { where, worker, handsOver } of placements) {
    it(`puts a new version of ${where} in the place of the old one, ${handsOver ? 'at its address' : 'on a port of its own'}`, async () => {
      const { port } = await open(worker);
      const before = await address();
      assert.equal(before, `http://127.0.0.1:${port}`);
      assert.equal(await answer(before), 'one');

      project.write('version', 'two');
      const { code, outcomes } = await swap();
      const after = await address();
      const moved = handsOver ? '' : ` It is at ${after} until it is restarted or swapped again.`;
      assert.deepEqual([code, outcomes], [0, [{ id: 'api', ok: true, message: `api runs anew.${moved}` }]]);
      assert.equal(after === before, handsOver);
      assert.equal(await answer(after), 'two');
      if (!handsOver) await assert.rejects(answer(before));

      // Where the new run had a port of its own, the configured one is free again: the next swap takes it.
      project.write('version', 'three');
      assert.equal((await swap()).code, 0);
      assert.equal(await address(), before);
      assert.equal(await answer(before), 'three');

      // What is asked by way of a socket that was handed over belongs to the new run too.
      await until(async () => (await lines()).includes('3: version three was asked'), 'the line of the new run');
      const own = (await lines()).filter((line) => !line.endsWith('was asked'));
      assert.deepEqual(own.toSorted(), [
        '1: version one is gone',
        '1: version one is up',
        '2: version two is gone',
        '2: version two is up',
        '3: version three is up',
      ]);
    });

    it(`keeps ${where} that runs when the new version fails`, async () => {
      await open(worker);
      const url = await address();
      project.write('version', 'broken');
      const { code, outcomes } = await swap();
      assert.equal(code, 1);
      assert.match(outcomes[0]?.message ?? '', /^api was not swapped, what ran goes on: .*this version is broken/);
      assert.equal(await address(), url);
      assert.equal(await answer(url), 'one');
    });
  }

  it('in the middle of a restart waits for it, then puts a new version in the place of what that started', async () => {
    project = new Project({
      'workers.yaml': `workers:
  - id: api
    type: process
    graceful_timeout: 60s
    execution: { executable_path: ./gated.mjs }
`,
      'gated.mjs': `
import { existsSync } from 'node:fs';
const gate = new URL('gate', import.meta.url);
process.on('SIGTERM', () => { console.log('was asked'); setInterval(() => { if (existsSync(gate)) process.exit(0); }, 20); });
setInterval(() => {}, 1000);
console.log('up');
`,
    });
    const master = project.run();
    await master.worker('api', 'running');
    await until(async () => (await lines()).includes('1: up'), 'the first run is up');
    const restarted = project.hsu('restart', 'api', '--json');
    await until(async () => (await lines()).includes('1: was asked'), 'the first run was asked to end');
    const swapped = swap();
    const { stdout } = await project.hsu('status', '--json');
    assert.equal((JSON.parse(stdout) as { state: string }[])[0]?.state, 'stopping');
    project.write('gate', 'open');
    assert.equal((await restarted).code, 0);
    const { code, outcomes } = await swapped;
    assert.deepEqual([code, outcomes], [0, [{ id: 'api', ok: true, message: 'api runs anew.' }]]);
    const [worker] = await project.status();
    assert.equal(worker?.state, 'running');
    await until(async () => (await lines()).includes('3: up'), 'the third run is up');
  });

  it('answers every request at one address while a shared module is swapped', async () => {
    const { port } = await open(placements[1]?.worker ?? (() => ''));
    const url = `http://127.0.0.1:${port}`;
    const answers = new Set<string>();
    let asked = 0;
    let over = false;
    const ask = async () => {
      while (!over) {
        const response = await fetch(url, { headers: { connection: 'close' } });
        answers.add(await response.text());
        asked += 1;
      }
    };
    const asking = Promise.all([ask(), ask(), ask()]);
    for (const version of ['two', 'three', 'four']) {
      project.write('version', version);
      assert.equal((await swap()).code, 0);
      const before = asked;
      await until(() => asked > before + 10, 'more answers');
    }
    over = true;
    await asking;
    assert.deepEqual([...answers].toSorted(), ['four', 'one', 'three', 'two']);
  });

  describe('when the master is killed in the middle', () => {
    /** Becomes ready when the file beside it says so; does not end when asked. */
    const stubborn = `
      import { watchFile, readFileSync } from 'node:fs';
      process.on('SIGTERM', () => {});
      const gate = new URL('gate', import.meta.url);
      const look = () => { if (readFileSync(gate, 'utf8') === 'open') console.log('ready now'); };
      watchFile(gate, { interval: 20 }, look);
      look();
    `;
    const begin = async () => {
      project = new Project({
        'workers.yaml': `workers:
  - id: api
    type: process
    graceful_timeout: 60s
    ready: { log: ready now }
    execution: { executable_path: ./stubborn.mjs }
`,
        'stubborn.mjs': stubborn,
        gate: 'open',
      });
      const master = project.run();
      const { pid } = await master.event(({ event, state }) => event === 'worker' && state === 'running');
      return { master, former: Number(pid) };
    };
    const living = async () => {
      const markers = workerMarkers('api', placesOf(project.file).key);
      return (await thisMachine.list()).filter((entry) => entry.carries(markers)).map(({ pid }) => pid);
    };

    it('the one that was to come is ended, the one that ran is taken over', async () => {
      const { master, former } = await begin();
      project.write('gate', 'shut');
      void project.hsu('swap', 'api');
      await until(async () => (await living()).length === 2, 'a second run beside the first');
      await master.kill();

      await project.run().event(({ event, state }) => event === 'worker' && state === 'running');
      assert.deepEqual(await living(), [former]);
    });

    it('the one that had come is taken over, the one that was to go is ended', async () => {
      const { master, former } = await begin();
      void project.hsu('swap', 'api');
      const { pid } = await master.event(({ event, pid: now }) => event === 'worker' && now !== former && now !== 0);
      assert.equal((await living()).length, 2);
      await master.kill();

      await project.run().event(({ event, state }) => event === 'worker' && state === 'running');
      assert.deepEqual(await living(), [pid]);
    });
  });
});
