import assert from 'node:assert/strict';
import type { MasterSettings, ResolvedWorker, WorkersFile } from '../../master/config/deployment.ts';
import { describeWorker } from '../../master/lifecycle/describe-worker.ts';
import { Master } from '../../master/master.ts';
import type { SavedState } from '../../master/state-file.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { resolvedWorker, ScriptedWorker } from '../support/scripted-worker.ts';
import { until } from '../support/until.ts';

interface Stage {
  readonly master: Master;
  readonly clock: ManualClock;
  /** What the file says from now on; a string is the id of a worker that is refused. */
  write(...workers: readonly (ResolvedWorker | string)[]): void;
  /** What the file says of the master itself, from the next `write` on. */
  set(settings: MasterSettings): void;
  readonly saved: SavedState[];
  readonly workers: Map<string, ScriptedWorker>;
}

function stage(): Stage {
  let settings: MasterSettings = {};
  let file: WorkersFile = { workers: [], problems: [], settings };
  const saved: SavedState[] = [];
  const workers = new Map<string, ScriptedWorker>();
  const clock = new ManualClock();
  const master = new Master({
    clock,
    createWorker: (resolved) => {
      const worker = new ScriptedWorker(resolved);
      workers.set(resolved.config.id, worker);
      return worker;
    },
    openOutput: () =>
      Promise.resolve({ stdoutFile: '', stderrFile: '', write: () => undefined, close: () => Promise.resolve() }),
    untilReady: () => Promise.resolve(),
    watchHealth: () => undefined,
    read: () => Promise.resolve(file),
    save: (state) => saved.push(state),
  });
  const write = (...items: readonly (ResolvedWorker | string)[]) => {
    const place = { start: 0, end: 0, idStart: 0, idEnd: 0 };
    file = {
      settings,
      workers: items.map((item) =>
        typeof item === 'string'
          ? { id: item, ...place, type: 'module' }
          : { id: item.config.id, ...place, resolved: item },
      ),
      problems: items
        .filter((item) => typeof item === 'string')
        .map((id) => ({
          code: 'HSU101',
          severity: 'error',
          message: 'The type is wrong.',
          start: 0,
          end: 0,
          related: [],
          fixes: [],
          workerId: id,
        })),
    };
  };
  return { master, clock, write, set: (wanted) => (settings = wanted), saved, workers };
}

const worker = (id: string, executable?: string) => resolvedWorker({ id }, executable);
const everything = { dryRun: false, restart: false };
const states = (master: Master) => master.snapshots().map(({ id, state }) => `${id} ${state}`);

describe('master', () => {
  it('plans without changing anything', async () => {
    const { master, write } = stage();
    write(worker('a'));
    const plan = await master.apply({ dryRun: true, restart: false });
    assert.deepEqual(plan.added, ['a']);
    assert.deepEqual(master.snapshots(), []);
  });

  it('adds, keeps, removes, in the order of the file', async () => {
    const { master, write, workers } = stage();
    write(worker('a'), worker('b'));
    await master.apply(everything);
    await master.start([]);
    const kept = workers.get('b');
    write(worker('c'), worker('b'));
    const plan = await master.apply(everything);
    assert.deepEqual(plan, { added: ['c'], removed: ['a'], restart: [], unchanged: ['b'], refused: [] });
    assert.deepEqual(states(master), ['c initialized', 'b running']);
    assert.equal(workers.get('a')?.run.stops, 1);
    assert.equal(workers.get('a')?.disposed, true);
    assert.equal(workers.get('b'), kept);
    assert.equal(kept?.run.stops, 0);
  });

  it('says which key of which worker asks for a restart, and restarts when told to', async () => {
    const { master, write } = stage();
    write(worker('a'));
    await master.apply(everything);
    await master.start([]);
    write(worker('a', '/bin/other'));
    assert.deepEqual((await master.apply(everything)).restart, [{ id: 'a', because: ['executable'] }]);
    assert.deepEqual(master.snapshots()[0]?.restart_needed, ['executable']);
    await master.apply({ dryRun: false, restart: true });
    assert.deepEqual(master.snapshots()[0]?.restart_needed, []);
    assert.equal(master.snapshots()[0]?.diagnostics.executablePath, '/bin/other');
  });

  it('refuses a broken worker with its finding; the others go on', async () => {
    const { master, write } = stage();
    write('a', worker('b'));
    const plan = await master.apply(everything);
    assert.deepEqual(plan.refused, [{ id: 'a', message: 'a is refused: The type is wrong. (HSU101)' }]);
    assert.deepEqual(states(master), ['a failed', 'b initialized']);
    assert.deepEqual(
      master.snapshots().map(({ type }) => type),
      ['module', 'process'],
    );
    assert.throws(() => master.controller('a'), /a is refused/);
    assert.throws(() => master.controller('x'), /There is no worker "x" in the workers file; it has: b, a\./);
  });

  it('tells an id that several broken workers have once', async () => {
    const { master, write } = stage();
    write('a', 'a', 'a', worker('b'));
    const plan = await master.apply(everything);
    assert.deepEqual(plan.refused, [{ id: 'a', message: 'a is refused: The type is wrong. (HSU101)' }]);
  });

  it('lets a running worker go on when the file breaks it, and takes it up again when it is mended', async () => {
    const { master, write } = stage();
    write(worker('a'));
    await master.apply(everything);
    await master.start([]);
    write('a');
    await master.apply(everything);
    assert.deepEqual(states(master), ['a running']);
    write(worker('a'));
    assert.deepEqual((await master.apply(everything)).unchanged, ['a']);
  });

  it('starts all that are enabled, and one that is not when it is named', async () => {
    const { master, write } = stage();
    write(worker('a'), resolvedWorker({ id: 'b', enabled: false }));
    await master.apply(everything);
    await master.start([]);
    assert.deepEqual(states(master), ['a running', 'b initialized']);
    await master.start(['b']);
    assert.deepEqual(states(master), ['a running', 'b running']);
  });

  it('gives all workers together no more time to end than the file allows', async () => {
    const { master, clock, write, set, workers } = stage();
    set({ shutdownTimeoutMs: 5000 });
    write(worker('store'), resolvedWorker({ id: 'service', dependsOn: ['store'] }));
    await master.apply(everything);
    await master.start([]);
    const service = workers.get('service');
    const store = workers.get('store');
    assert.ok(service && store);
    let end: () => void = () => undefined;
    service.run.stopGate = new Promise((resolve) => (end = resolve));
    const closed = master.close();
    await clock.advance(4000);
    assert.deepEqual([service.run.graceMs, store.run.graceMs], [5000, undefined]);
    end();
    await closed;
    assert.equal(store.run.graceMs, 1000);
  });

  it('starts nothing while it ends, and takes no other file', async () => {
    const { master, write, workers } = stage();
    write(worker('a'));
    await master.apply(everything);
    await master.start(['a']);
    const run = workers.get('a')?.run;
    assert.ok(run);
    let end: () => void = () => undefined;
    run.stopGate = new Promise((resolve) => (end = resolve));
    const closed = master.close();
    write(worker('a'), worker('b'));
    const started = master.start(['a']);
    const restarted = master.restart(['a']);
    await assert.rejects(master.apply(everything), /^Error: The file is not applied: its master ends\.$/);
    end();
    assert.deepEqual(await started, [
      { id: 'a', ok: false, message: 'a is not started: it was removed, or its master ends.' },
    ]);
    await restarted;
    await closed;
    assert.deepEqual([states(master), workers.get('a')?.runs.length], [['a stopped'], 1]);
  });

  it('tells of all changes of one moment at once, and saves what a later master needs', async () => {
    const { master, clock, write, saved } = stage();
    write(worker('a'));
    await master.apply(everything);
    await clock.advance(0);
    let told = 0;
    master.onDidChange(() => (told += 1));
    await master.start(['a']);
    await clock.advance(10);
    assert.ok(told > 0 && told <= 3, `told ${told} times`);
    const { wanted, run } = saved.at(-1)?.get('a') ?? {};
    assert.deepEqual([wanted, run?.pid], [true, 1001]);
    await master.close();
    await clock.advance(0);
    const { last, ...rest } = saved.at(-1)?.get('a') ?? {};
    assert.deepEqual(rest, { wanted: false, runs: 1, restarts: 0, run: null });
    assert.equal(last?.signal, 'SIGTERM');
  });

  it('saves that a run has begun before there is a process of it', async () => {
    const { master, write, saved, workers } = stage();
    write(worker('a'));
    await master.apply(everything);
    const scripted = workers.get('a');
    assert.ok(scripted);
    let open: () => void = () => undefined;
    scripted.startGate = new Promise((resolve) => (open = resolve));
    const started = master.start(['a']);
    await until(() => scripted.given, 'the start of a');
    assert.deepEqual(saved.at(-1)?.get('a'), { wanted: true, runs: 1, restarts: 0, run: null });
    open();
    await started;
  });

  it('tells of what it has measured only where that is not as before', async () => {
    const { master, clock, write, workers } = stage();
    write(worker('a'));
    await master.apply(everything);
    await master.start(['a']);
    await clock.advance(100);
    let told = 0;
    master.onDidChange(() => (told += 1));
    const measure = async (cpu_percent: number, rss_bytes: number) => {
      const uses = { cpu_percent, rss_bytes, heap_bytes: null };
      const scripted = workers.get('a');
      if (scripted) scripted.run.uses = uses;
      await master.measure();
      await clock.advance(100);
      assert.deepEqual(master.snapshots()[0]?.resources, uses);
      return told;
    };
    assert.equal(await measure(0, 1e6), 1);
    assert.equal(await measure(0, 1e6), 1);
    assert.equal(await measure(0, 2e6), 2);
    assert.equal(await measure(1, 2e6), 3);
    assert.equal((await master.history('a')).length, 1);
  });

  it('goes on where a former master ended', async () => {
    const { master, write } = stage();
    write(worker('a'), worker('b'));
    await master.apply(everything);
    await master.resume(new Map([['a', { wanted: true, runs: 4, restarts: 1, run: null }]]));
    assert.deepEqual(states(master), ['a running', 'b initialized']);
    assert.equal(master.snapshots()[0]?.restarts, 2);
  });

  describe('depends_on', () => {
    const dependant = (id: string, ...dependsOn: readonly string[]) => resolvedWorker({ id, dependsOn });
    const gate = () => {
      let open: () => void = () => undefined;
      const promise = new Promise<void>((resolve) => (open = resolve));
      return { open, promise };
    };
    const began = ({ workers }: Stage) => [...workers.values()].filter(({ runs }) => runs.length > 0).length;

    it('starts what is depended on first, the others side by side', async () => {
      const all = stage();
      all.write(dependant('web', 'api', 'db'), dependant('api', 'db'), worker('db'), worker('other'));
      await all.master.apply(everything);
      const db = gate();
      Object.assign(all.workers.get('db') ?? {}, { startGate: db.promise });
      const starting = all.master.start([]);
      await all.clock.advance(0);
      assert.deepEqual(states(all.master), ['web starting', 'api starting', 'db starting', 'other running']);
      assert.equal(all.workers.get('api')?.runs.length, 0);
      db.open();
      await starting;
      assert.deepEqual(states(all.master), ['web running', 'api running', 'db running', 'other running']);
    });

    it('starts what a single worker depends on, and nothing else', async () => {
      const all = stage();
      all.write(dependant('api', 'db'), worker('db'), worker('other'));
      await all.master.apply(everything);
      await all.master.start(['api']);
      assert.deepEqual(states(all.master), ['api running', 'db running', 'other initialized']);
    });

    it('says at every dependant what failed, tries it once, and starts them when it runs after all', async () => {
      const all = stage();
      all.write(dependant('web', 'api'), dependant('api', 'db'), dependant('job', 'db'), worker('db'));
      await all.master.apply(everything);
      const db = all.workers.get('db');
      assert.ok(db);
      db.failStart = new Error('the disk is gone');
      await all.master.start([]);
      assert.deepEqual(states(all.master), ['web failed', 'api failed', 'job failed', 'db failed']);
      const errors = all.master.snapshots().map(({ last_error: error }) => `${error?.code}: ${error?.message}`);
      assert.equal(errors[2], 'dependency: job cannot start, because it depends on db: db failed: the disk is gone');
      assert.match(errors[0] ?? '', /^dependency: web cannot start, because it depends on api: .* the disk is gone$/);
      assert.equal(began(all), 0);

      db.failStart = undefined;
      await all.master.start(['db']);
      for (let round = 0; round < 5; round += 1) await all.clock.advance(0);
      assert.deepEqual(states(all.master), ['web running', 'api running', 'job running', 'db running']);
    });

    it('says at every dependant that goes on running what has failed, as long as it has', async () => {
      const all = stage();
      all.write(dependant('web', 'api'), dependant('api', 'db'), worker('other'), worker('db'));
      await all.master.apply(everything);
      await all.master.start([]);
      await all.clock.advance(100);
      const told: string[] = [];
      all.master.onDidChange((changed) => {
        for (const id of changed ?? all.master.ids) {
          const snapshot = all.master.snapshots().find((one) => one.id === id);
          if (snapshot) told.push(describeWorker(snapshot));
        }
      });
      all.workers.get('db')?.run.exit(1);
      await all.clock.advance(100);
      assert.deepEqual(states(all.master), ['web running', 'api running', 'other running', 'db failed']);
      const says = (id: string, rest: string) => assert.ok(told.includes(`${id}, ${rest}`), told.join('\n'));
      says('web', 'running, process, db failed, on which it depends');
      says('api', 'running, process, db failed, on which it depends');
      told.length = 0;
      await all.master.start(['db']);
      await all.clock.advance(100);
      says('web', 'running, process');
      says('api', 'running, process');
      assert.ok(!told.some((line) => line.startsWith('other')));
    });

    it('says that what is depended on is disabled or refused', async () => {
      const all = stage();
      all.write(dependant('a', 'off'), resolvedWorker({ id: 'off', enabled: false }), dependant('b', 'bad'), 'bad');
      await all.master.apply(everything);
      const [first, second] = await all.master.start(['a', 'b']);
      assert.match(first?.message ?? '', /off is disabled/);
      assert.match(second?.message ?? '', /bad is refused or missing/);
    });

    it('a stop cancels the wait', async () => {
      const all = stage();
      all.write(dependant('api', 'db'), worker('db'));
      await all.master.apply(everything);
      const db = gate();
      Object.assign(all.workers.get('db') ?? {}, { startGate: db.promise });
      const starting = all.master.start(['api']);
      await all.clock.advance(0);
      const [stopped] = await all.master.stop(['api']);
      assert.equal(stopped?.ok, true);
      db.open();
      await starting;
      await all.clock.advance(0);
      assert.deepEqual(states(all.master), ['api stopped', 'db running']);
    });

    it('stops in reverse: nothing loses what it depends on', async () => {
      const all = stage();
      all.write(worker('db'), dependant('api', 'db'), dependant('web', 'api'));
      await all.master.apply(everything);
      await all.master.start([]);
      const web = gate();
      const run = all.workers.get('web')?.run;
      assert.ok(run);
      run.stopGate = web.promise;
      const stopping = all.master.stop([]);
      await all.clock.advance(0);
      assert.deepEqual(states(all.master), ['db running', 'api running', 'web stopping']);
      web.open();
      await stopping;
      assert.deepEqual(states(all.master), ['db stopped', 'api stopped', 'web stopped']);
    });
  });
});
