import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, watch, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { placesOf } from '../../master/places.ts';
import { workerMarkers } from '../../master/workers/process/environment.ts';
import { thisMachine } from '../../master/workers/process/table/process-table.ts';
import type { LogLine } from '../../master/protocol.ts';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { isAlive, Project } from '../support/hsu.ts';
import { until } from '../support/until.ts';

/** Ten times as many with HSU_LONG=1; the seed of a failure is printed and taken from the other variable. */
const rounds = Number(process.env['HSU_FAULT_ROUNDS'] ?? (process.env['HSU_LONG'] === '1' ? 1000 : 100));
const seed = Number(process.env['HSU_FAULT_SEED'] ?? Date.now() % 1_000_000);

const fixtures = path.join(ROOT_FOLDER, 'test/fixtures/programs');
const steady = ['a', 'b', 'c'];
const workersFile = [
  'workers:',
  ...steady.map(
    (id) =>
      `  - { id: ${id}, type: process, execution: { executable_path: ${fixtures}/counts.mjs, args: [starts-${id}], working_directory: . } }`,
  ),
  '  - id: flaky',
  '    type: process',
  `    execution: { executable_path: ${fixtures}/crashes-soon.mjs, args: [starts-flaky], working_directory: . }`,
  '    restart: { policy: always, max_retries: 0, retry_delay: 20ms, backoff_rate: 1 }',
  '',
].join('\n');

describe('a master that is killed at any moment', function () {
  // Bounds a hang on a busy machine; nothing is measured.
  this.timeout(60_000 + rounds * 10_000);
  let project: Project;
  beforeEach(() => {
    project = new Project({ 'workers.yaml': workersFile });
  });
  afterEach(() => project.dispose());

  it(`leaves one instance of each worker, with its pid, its count and its lines (${rounds} rounds)`, async () => {
    const random = randomFrom(seed);
    let restarts = 0;
    try {
      for (let round = 0; round < rounds; round += 1) {
        const master = project.run();
        await master.event(() => true);
        // In one half at any time, in the other just when a change has been saved.
        if (round % 2 === 0) await wait(random() * 300);
        else await changesSaved(Math.floor(random() * 12));
        await master.kill();
        for (const id of [...steady, 'flaky'])
          assert.ok((await instances(id)).length <= 1, `${id} has several instances`);
        for (const event of master.events.filter((e) => e.event === 'worker' && e['id'] === 'flaky')) {
          const count = (event as unknown as WorkerSnapshot).restarts;
          assert.ok(count >= restarts, `the restarts of flaky went down from ${restarts} to ${count}`);
          restarts = count;
        }
      }
      const master = project.run();
      for (const id of steady) {
        const { pid } = await master.worker(id, 'running');
        assert.deepEqual(await instances(id), [pid]);
        assert.deepEqual(startsOf(id), [pid], `${id} was started more than once`);
      }
      const flaky = startsOf('flaky').length;
      const told = (await project.status()).find(({ id }) => id === 'flaky');
      assert.ok((told?.restarts ?? 0) >= flaky - 1, `flaky was started ${flaky} times, ${told?.restarts} are counted`);
      for (const id of steady) {
        await until(async () => (await counts(id)).length > 100, `lines of ${id}`);
        const seen = await counts(id);
        assert.deepEqual(
          seen,
          seen.map((_, index) => index + 1),
        );
      }
      await master.interrupt();
      for (const id of steady) assert.deepEqual(await instances(id), []);
    } catch (error) {
      console.error(`Repeat with HSU_FAULT_SEED=${seed}`);
      throw error;
    }
  });

  /** Resolves when the state file has been written so many times more, at the latest after a moment. */
  function changesSaved(count: number): Promise<void> {
    return new Promise((resolve) => {
      let left = count;
      const watcher = watch(placesIn(project).folder, (_event, name) => {
        if (name === 'state.json' && (left -= 1) < 0) done();
      });
      const timer = setTimeout(() => done(), 500);
      const done = () => {
        watcher.close();
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async function instances(id: string): Promise<number[]> {
    const markers = workerMarkers(id, placesOf(project.file).key);
    return (await thisMachine.list()).filter((entry) => entry.carries(markers)).map(({ pid }) => pid);
  }

  function startsOf(id: string): number[] {
    return readFileSync(path.join(project.folder, `starts-${id}`), 'utf8')
      .trim()
      .split('\n')
      .map(Number);
  }

  async function counts(id: string): Promise<number[]> {
    const { stdout } = await project.hsu('logs', id, '--lines', '1000000', '--json');
    const lines = JSON.parse(stdout) as LogLine[];
    return lines.map(({ text }) => Number(text.split(' ')[1]));
  }
});

describe('a state file that cannot be believed', function () {
  this.timeout(60_000);
  let project: Project;
  let stranger: ChildProcess;
  beforeEach(() => {
    project = new Project({ 'workers.yaml': workersFile.split('\n').slice(0, 2).join('\n') });
    stranger = spawn('sleep', ['600'], { stdio: 'ignore' });
  });
  afterEach(async () => {
    stranger.kill('SIGKILL');
    await project.dispose();
  });

  const forgeries: readonly { what: string; forge: (text: string) => string; says?: RegExp }[] = [
    {
      what: 'names the process of a stranger',
      forge: (text) => text.replace(/"pid":\d+/g, `"pid":${stranger.pid ?? 0}`),
    },
    {
      what: 'names another start of its process',
      forge: (text) => text.replace(/"processStart":"\d+"/g, '"processStart":"1"'),
    },
    { what: 'is of another boot', forge: (text) => text.replace(/"boot":"[^"]+"/g, '"boot":"another"') },
    {
      what: 'is cut off',
      // In its first line: of the last one a master may have died over, half is as good as none.
      forge: (text) => text.slice(0, 20),
      says: /^The saved state .* is damaged .*: no worker is taken over/,
    },
    {
      what: 'is no text',
      forge: () => '\u0000\u0001',
      says: /^The saved state .* is damaged .*: no worker is taken over/,
    },
  ];
  for (const { what, forge, says } of forgeries) {
    it(`that ${what} leads to one fresh instance, and no stranger is touched`, async () => {
      const master = project.run();
      const { pid } = await master.worker('a', 'running');
      await master.kill();
      const { state, key } = placesIn(project);
      writeFileSync(state, forge(readFileSync(state, 'utf8')));
      const next = project.run();
      const fresh = await next.worker('a', 'running');
      assert.notEqual(fresh.pid, pid);
      const marked = (await thisMachine.list()).filter((entry) => entry.carries(workerMarkers('a', key)));
      assert.deepEqual(
        marked.map((entry) => entry.pid),
        [fresh.pid],
      );
      assert.ok(await isAlive(stranger.pid ?? 0), 'the stranger was ended');
      const { stderr } = await next.interrupt();
      if (says) assert.match(stderr, says);
      assert.ok(await isAlive(stranger.pid ?? 0), 'the stranger was ended');
    });
  }
});

/** The places of the project's masters. */
function placesIn(project: Project) {
  const places = placesOf(project.file);
  const folder = path.join(project.runtimeFolder, places.key);
  return { key: places.key, folder, state: path.join(folder, 'state.json') };
}

/** Numbers from 0 to 1, the same for the same seed. */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}
