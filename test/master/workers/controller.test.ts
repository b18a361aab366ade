import assert from 'node:assert/strict';
import { delay } from '../../../master/clock.ts';
import type { LimitPolicy } from '../../../master/config/worker-config.ts';
import type { ResolvedWorker } from '../../../master/config/deployment.ts';
import type { Health } from '../../../master/lifecycle/worker-snapshot.ts';
import { describeState } from '../../../master/lifecycle/describe-worker.ts';
import { WorkerController } from '../../../master/workers/controller.ts';
import type { SavedWorker } from '../../../master/workers/run-counts.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { resolvedWorker, ScriptedWorker, workerError } from '../../support/scripted-worker.ts';

interface Stage {
  readonly clock: ManualClock;
  readonly controller: WorkerController;
  /** The newest worker: a changed configuration makes another. */
  worker(): ScriptedWorker;
  /** Every state it was seen in, in order. */
  readonly states: string[];
  /** Lets readiness come (true) or stay away. */
  ready: Promise<void>;
  reportHealth(health: Health): void;
  readonly healthClock: string[];
  readonly lines: readonly string[];
  /** Whether its output waits to be read. */
  outputWaits: boolean;
  readonly alerts: readonly string[];
}

function stage(resolved: ResolvedWorker = resolvedWorker()): Stage {
  const clock = new ManualClock();
  const workers: ScriptedWorker[] = [];
  const states: string[] = [];
  const healthClock: string[] = [];
  /** What the master itself wrote into the worker's log. */
  const lines: string[] = [];
  const alerts: string[] = [];
  let reportHealth: (health: Health, why: string) => void = () => undefined;
  const created: { ready: Promise<void>; outputWaits: boolean } = { ready: Promise.resolve(), outputWaits: false };
  const controller: WorkerController = new WorkerController(resolved, {
    clock,
    createWorker: (wanted) => {
      const worker = new ScriptedWorker(wanted);
      workers.push(worker);
      return worker;
    },
    openOutput: () =>
      Promise.resolve({
        ...{ stdoutFile: '', stderrFile: '' },
        write: (_stream: 'stdout' | 'stderr', line: string) => void lines.push(line.trimEnd()),
        close: () => Promise.resolve(),
      }),
    alert: (line) => void alerts.push(line),
    outputWaits: () => created.outputWaits,
    untilReady: (_run, _worker, limitMs, signal) =>
      Promise.race([
        created.ready,
        delay(clock, limitMs, signal).then(() => {
          throw workerError('not-ready', 'w did not become ready.');
        }),
      ]),
    watchHealth: (_run, _worker, _signal, changed) => {
      reportHealth = changed;
      return { pause: () => healthClock.push('pause'), resume: () => healthClock.push('resume') };
    },
    changed: () => {
      const state = controller.state;
      if (states.at(-1) !== state) states.push(state);
    },
  });
  return Object.assign(created, {
    clock,
    controller,
    states,
    healthClock,
    lines,
    alerts,
    worker: () => {
      const worker = workers.at(-1);
      assert.ok(worker);
      return worker;
    },
    reportHealth: (health: Health) => reportHealth(health, 'the check failed'),
  });
}

const inspectorAt = (websocketAddress: string) => ({
  kind: 'inspector',
  websocketAddress,
  sourceFolders: [],
  pausesWith: [],
});

const never = new Promise<void>(() => undefined);

describe('controller', () => {
  describe('swap', () => {
    const running = async (resolved?: ResolvedWorker) => {
      const staged = stage(resolved);
      await staged.controller.start();
      return { ...staged, former: staged.worker().run };
    };

    it('lets a fresh run take the place of the one that runs, which ends afterwards', async () => {
      const { controller, states, worker, former } = await running();
      let pidAtItsEnd = 0;
      void former.over.then(() => (pidAtItsEnd = controller.snapshot().pid));
      assert.deepEqual(await controller.swap(), { id: 'w', ok: true, message: 'w runs anew.' });
      assert.deepEqual([former.stops, pidAtItsEnd, controller.snapshot().pid], [1, 1002, 1002]);
      assert.notEqual(worker().run, former);
      assert.deepEqual(states, ['initializing', 'initialized', 'starting', 'running']);
      assert.equal(controller.snapshot().last_run?.signal, 'SIGTERM');
      assert.equal(controller.saved().run?.pid, 1002);
    });

    it('tells how long the fresh run took until it was ready, as after a start', async () => {
      const staged = stage();
      const readyIn = () => staged.controller.snapshot().ready_in_ms;
      const readyAfter = async (ms: number, begin: () => Promise<unknown>) => {
        let become: () => void = () => undefined;
        staged.ready = new Promise((resolve) => (become = resolve));
        const begun = begin();
        await staged.clock.advance(ms);
        become();
        await begun;
      };
      assert.equal(readyIn(), null);
      await readyAfter(300, () => staged.controller.start());
      assert.equal(readyIn(), 300);
      await readyAfter(20, () => staged.controller.swap());
      assert.equal(readyIn(), 20);
      await staged.controller.stop();
      assert.equal(readyIn(), null);
    });

    it('keeps the one that runs when the fresh one fails', async () => {
      const staged = stage();
      await staged.controller.start();
      const former = staged.worker().run;
      staged.ready = Promise.reject(workerError('not-ready', 'w did not become ready.'));
      staged.ready.catch(() => undefined);
      const outcome = await staged.controller.swap();
      assert.deepEqual(outcome, {
        id: 'w',
        ok: false,
        message: 'w was not swapped, what ran goes on: w did not become ready.',
      });
      assert.equal(staged.worker().run.stops, 1);
      assert.deepEqual([former.stops, staged.controller.snapshot().pid, staged.controller.state], [0, 1001, 'running']);
      assert.equal(staged.controller.snapshot().last_error, null);
    });

    it('puts a changed configuration in force', async () => {
      const { controller } = await running();
      await controller.replace(resolvedWorker({}, '/bin/newer'));
      assert.deepEqual(controller.snapshot().restart_needed, ['executable']);
      await controller.swap();
      assert.deepEqual(controller.snapshot().restart_needed, []);
      assert.equal(controller.snapshot().diagnostics.executablePath, '/bin/newer');
    });

    it('takes the place of a run that failed meanwhile', async () => {
      const staged = stage();
      await staged.controller.start();
      const former = staged.worker().run;
      let become: () => void = () => undefined;
      staged.ready = new Promise((resolve) => (become = resolve));
      const swapped = staged.controller.swap();
      former.exit(1);
      await former.over;
      await new Promise(setImmediate);
      assert.equal(staged.controller.state, 'failed');
      become();
      assert.equal((await swapped).ok, true);
      await new Promise(setImmediate);
      assert.deepEqual([staged.controller.state, staged.controller.snapshot().pid], ['running', 1002]);
      assert.equal(staged.controller.snapshot().retry_at, null);
    });

    it('in the middle of a restart takes the place of what that one starts', async () => {
      const { controller, worker, former } = await running();
      let letGo: () => void = () => undefined;
      former.stopGate = new Promise((resolve) => (letGo = resolve));
      const restarted = controller.restart();
      await new Promise(setImmediate);
      assert.equal(controller.state, 'stopping');
      const swapped = controller.swap();
      letGo();
      assert.deepEqual(await restarted, { id: 'w', ok: true, message: 'w is running.' });
      assert.deepEqual(await swapped, { id: 'w', ok: true, message: 'w runs anew.' });
      assert.deepEqual([worker().run.number, controller.snapshot().pid, controller.state], [3, 1003, 'running']);
    });

    it('in the middle of a restart that fails says what has become of that', async () => {
      const { controller, former } = await running();
      former.failStop = workerError('cannot-stop', 'w cannot be stopped: it waits for a device.');
      const restarted = controller.restart();
      const swapped = controller.swap();
      assert.equal((await restarted).ok, false);
      assert.deepEqual(await swapped, {
        id: 'w',
        ok: false,
        message: 'w cannot be swapped: it is failed, not running; start it instead.',
      });
    });

    it('is given up when the worker is stopped', async () => {
      const staged = stage();
      await staged.controller.start();
      const former = staged.worker().run;
      staged.ready = never;
      const swapped = staged.controller.swap();
      await new Promise(setImmediate);
      const stopped = await staged.controller.stop();
      assert.equal((await swapped).ok, false);
      assert.equal(stopped.ok, true);
      assert.deepEqual([former.stops, staged.worker().run.stops, staged.controller.state], [1, 1, 'stopped']);
    });

    it('says stopped only when the run before is gone too', async () => {
      const { controller, former } = await running();
      former.failStop = workerError('cannot-stop', 'w cannot be stopped: it waits for a device.');
      const outcome = await controller.swap();
      assert.equal(outcome.ok, false);
      assert.match(outcome.message, /^w runs anew\. The run before is not gone: w cannot be stopped/);
      assert.equal((await controller.stop()).ok, false);
      former.failStop = undefined;
      assert.equal((await controller.stop()).ok, true);
      assert.equal(controller.state, 'stopped');
    });

    for (const [what, resolved, says] of [
      ['one that runs once', resolvedWorker({ run: 'once' }), /it runs once/],
      [
        'one that is only observed',
        { ...resolvedWorker(), deployment: { kind: 'unmanaged', workingDirectory: '/' } as const },
        /only observed/,
      ],
    ] as const) {
      it(`is refused for ${what}`, async () => {
        const { controller, worker } = stage(resolved);
        void controller.start();
        await new Promise(setImmediate);
        assert.match((await controller.swap()).message, says);
        worker().run.exit(0);
      });
    }

    it('is refused for what does not run, and for what a debugger holds', async () => {
      const { controller } = stage();
      assert.match((await controller.swap()).message, /^w cannot be swapped: it is uninitialized, not running/);
      await controller.start();
      await controller.debug({ fromStart: false });
      assert.match((await controller.swap()).message, /a debugger holds it/);
    });
  });

  it('stays stopped where it is to stop in the middle of a restart', async () => {
    const { controller, worker } = stage();
    await controller.start();
    const restarted = controller.restart();
    assert.deepEqual(await controller.stop(), { id: 'w', ok: true, message: 'w is stopped.' });
    assert.deepEqual(await restarted, { id: 'w', ok: true, message: 'w is stopped.' });
    assert.deepEqual([controller.state, worker().runs.length], ['stopped', 1]);
  });

  it('runs after two restarts at once', async () => {
    const { controller } = stage();
    await controller.start();
    const outcomes = await Promise.all([controller.restart(), controller.restart()]);
    assert.deepEqual(
      outcomes.map(({ ok }) => ok),
      [true, true],
    );
    assert.equal(controller.state, 'running');
  });

  it('initializes, starts, stops', async () => {
    const { controller, states, worker } = stage();
    await controller.initialize();
    assert.deepEqual(await controller.start(), { id: 'w', ok: true, message: 'w is running.' });
    assert.equal(controller.snapshot().pid, 1001);
    assert.deepEqual(await controller.stop(), { id: 'w', ok: true, message: 'w is stopped.' });
    assert.deepEqual(states, ['initializing', 'initialized', 'starting', 'running', 'stopping', 'stopped']);
    assert.equal(worker().run.stops, 1);
    assert.equal(controller.snapshot().pid, 0);
  });

  it('a start of a running worker and a stop of a stopped one change nothing', async () => {
    const { controller, states, worker } = stage();
    await controller.stop();
    assert.deepEqual(states, []);
    await controller.start();
    assert.equal((await controller.start()).message, 'w is running already.');
    assert.equal(worker().runs.length, 1);
  });

  it('a stop cancels a start that waits for readiness, and nothing is left', async () => {
    const s = stage();
    s.ready = never;
    const started = s.controller.start();
    await s.clock.advance(0);
    assert.equal(s.controller.state, 'starting');
    const stopped = s.controller.stop();
    assert.equal(s.controller.state, 'stopping');
    assert.deepEqual(await started, { id: 'w', ok: false, message: 'w was stopped before it was running.' });
    assert.equal((await stopped).ok, true);
    assert.equal(s.controller.state, 'stopped');
    assert.equal(s.worker().run.stops, 1);
  });

  it('a stop cancels a start before the worker is up', async () => {
    const s = stage();
    s.worker().startGate = never;
    const started = s.controller.start();
    await s.clock.advance(0);
    await s.controller.stop();
    assert.equal((await started).ok, false);
    assert.equal(s.controller.state, 'stopped');
  });

  it('a worker that does not come up in time fails and says so', async () => {
    const s = stage(resolvedWorker({ startTimeoutMs: 5000 }));
    s.worker().startGate = never;
    const started = s.controller.start();
    await s.clock.advance(4999);
    assert.equal(s.controller.state, 'starting');
    await s.clock.advance(1);
    assert.match((await started).message, /^w has not finished starting within 5 s/);
    assert.equal(s.controller.state, 'failed');
    assert.equal(s.controller.snapshot().last_error?.code, 'start-timeout');
  });

  it('readiness has what the start left of the time, and an end in time or not leaves nothing', async () => {
    const s = stage(resolvedWorker({ startTimeoutMs: 5000 }));
    s.ready = never;
    s.worker().startGate = new Promise((resolve) => s.clock.after(2000, resolve));
    const started = s.controller.start();
    await s.clock.advance(4999);
    assert.equal(s.controller.state, 'starting');
    await s.clock.advance(1);
    assert.equal((await started).message, 'w did not become ready.');
    assert.deepEqual([s.controller.state, s.worker().run.stops], ['failed', 1]);
  });

  it('a worker that ends while readiness is waited for fails at once', async () => {
    const s = stage();
    s.ready = never;
    const started = s.controller.start();
    await s.clock.advance(0);
    s.worker().run.exit(3);
    assert.equal((await started).message, 'w ended by itself with code 3; its log may tell why.');
    assert.equal(s.controller.state, 'failed');
  });

  it('a failure of prepare is shown at once', async () => {
    const s = stage();
    s.worker().failPrepare = workerError('executable-not-found', 'w: there is no /bin/worker.');
    await s.controller.initialize();
    assert.equal(s.controller.state, 'failed');
    assert.equal(s.controller.snapshot().diagnostics.executableExists, false);
  });

  it('a crash is shown before what is left is cleaned up, and retried with growing pauses', async () => {
    const restart = { policy: 'on-failure', maxRetries: 2, retryDelayMs: 1000, backoffRate: 2 } as const;
    const s = stage(resolvedWorker({ restart }));
    await s.controller.start();
    s.worker().run.exit(1);
    await s.clock.advance(0);
    assert.equal(s.controller.state, 'failed');
    assert.equal(s.controller.snapshot().retry_at, new Date(s.clock.now() + 1000).toISOString());
    await s.clock.advance(1000);
    assert.equal(s.controller.state, 'running');
    assert.equal(s.controller.snapshot().restarts, 1);
    s.worker().run.exit(1);
    await s.clock.advance(0);
    assert.deepEqual(s.clock.pending, [2000]);
    await s.clock.advance(2000);
    s.worker().run.exit(1);
    await s.clock.advance(0);
    assert.deepEqual(s.clock.pending, []);
    assert.match(
      s.controller.snapshot().last_error?.message ?? '',
      /^w ended by itself with code 1; .* given up after 2 automatic restarts\.$/,
    );
  });

  it('a worker that ends with code 0 comes to rest unless it is always restarted', async () => {
    const s = stage(
      resolvedWorker({ restart: { policy: 'on-failure', maxRetries: 3, retryDelayMs: 1, backoffRate: 1 } }),
    );
    await s.controller.start();
    s.worker().run.exit(0);
    await s.clock.advance(0);
    assert.equal(s.controller.state, 'stopped');
    const always = stage(
      resolvedWorker({ restart: { policy: 'always', maxRetries: 3, retryDelayMs: 7, backoffRate: 1 } }),
    );
    await always.controller.start();
    always.worker().run.exit(0);
    await always.clock.advance(0);
    assert.deepEqual([always.controller.state, always.clock.pending], ['failed', [7]]);
  });

  it('a spent budget opens the breaker: one trial after each longer pause, until one lasts', async () => {
    const restart = {
      policy: 'on-failure',
      maxRetries: 1,
      retryDelayMs: 1000,
      backoffRate: 2,
      coolDownMs: 60_000,
    } as const;
    const s = stage(resolvedWorker({ restart }));
    const crash = async () => {
      s.worker().run.exit(1);
      await s.clock.advance(0);
      const { state, last_error: error, retry_at: at } = s.controller.snapshot();
      assert.deepEqual([state, at], ['failed', new Date(s.clock.now() + (s.clock.pending[0] ?? 0)).toISOString()]);
      return `${s.clock.pending.join()}${/are spent/.test(error?.message ?? '') ? ' spent' : ''}`;
    };
    await s.controller.start();
    const waits: string[] = [];
    for (const ranForMs of [0, 0, 0, 59_000, 60_000, 0]) {
      await s.clock.advance(ranForMs);
      waits.push(await crash());
      await s.clock.advance(s.clock.pending[0] ?? 0);
      assert.equal(s.controller.state, 'running');
    }
    assert.deepEqual(waits, ['1000', '60000 spent', '120000 spent', '240000 spent', '1000', '60000 spent']);
    await s.controller.stop();
  });

  it('a start or a restart by hand closes the breaker, and gives the whole budget again', async () => {
    const waits = { retryDelayMs: 1000, backoffRate: 2, coolDownMs: 60_000 };
    const restart = { policy: 'on-failure', maxRetries: 1, ...waits } as const;
    const s = stage(resolvedWorker({ restart }));
    const crash = async () => {
      s.worker().run.exit(1);
      await s.clock.advance(0);
      assert.equal(s.controller.state, 'failed');
      return s.clock.pending[0];
    };
    await s.controller.start();
    for (const byHand of [() => s.controller.start(), () => s.controller.restart()]) {
      assert.equal(await crash(), 1000);
      await s.clock.advance(1000);
      assert.equal(await crash(), 60_000);
      assert.match(s.controller.snapshot().last_error?.message ?? '', /are spent/);
      assert.equal((await byHand()).ok, true);
      const { state, retry_at, last_error } = s.controller.snapshot();
      assert.deepEqual([state, retry_at, last_error], ['running', null, null]);
    }
    await s.controller.stop();
  });

  it('a clock that is set, either way, holds no retry up and hastens none', async () => {
    const day = 24 * 3_600_000;
    const restart = {
      policy: 'on-failure',
      maxRetries: 0,
      retryDelayMs: 1000,
      backoffRate: 1,
      windowMs: 60_000,
    } as const;
    for (const by of [-day, day]) {
      const s = stage(resolvedWorker({ restart, startTimeoutMs: 5000 }));
      await s.controller.start();
      s.worker().run.exit(1);
      await s.clock.advance(0);
      s.clock.set(by);
      await s.clock.advance(999);
      assert.equal(s.controller.state, 'failed');
      s.ready = never;
      await s.clock.advance(1);
      assert.equal(s.controller.state, 'starting');
      s.clock.set(by);
      await s.clock.advance(4999);
      assert.equal(s.controller.state, 'starting');
      await s.clock.advance(1);
      assert.equal(s.controller.state, 'failed');
      assert.deepEqual(s.clock.pending, [1000]);
      await s.controller.stop();
    }
  });

  it('a clock that is set makes no run a proven one', async () => {
    const restart = { policy: 'on-failure', maxRetries: 2, retryDelayMs: 1000, backoffRate: 1 } as const;
    for (const by of [-3_600_000, 3_600_000]) {
      const s = stage(resolvedWorker({ restart }));
      await s.controller.start();
      for (const retries of [1, 1, 0]) {
        s.clock.set(by);
        s.worker().run.exit(1);
        await s.clock.advance(0);
        assert.equal(s.clock.pending.length, retries);
        await s.clock.advance(1000);
      }
      assert.match(s.controller.snapshot().last_error?.message ?? '', /given up after 2 automatic restarts/);
      await s.controller.stop();
    }
  });

  it('a stop cancels the wait for a retry', async () => {
    const restart = { policy: 'on-failure', maxRetries: 2, retryDelayMs: 1000, backoffRate: 2 } as const;
    const s = stage(resolvedWorker({ restart }));
    await s.controller.start();
    s.worker().run.exit(1);
    await s.clock.advance(0);
    await s.controller.stop();
    assert.deepEqual([s.controller.state, s.clock.pending, s.controller.snapshot().retry_at], ['stopped', [], null]);
  });

  for (const [policy, wanted] of [
    ['on-failure', true],
    ['never', false],
  ] as const) {
    it(`tells a later master whether it is started again, also while a crash is cleared up: ${policy}`, async () => {
      const restart = { policy, maxRetries: 2, retryDelayMs: 1000, backoffRate: 2 } as const;
      const s = stage(resolvedWorker({ restart }));
      await s.controller.start();
      let clear: () => void = () => undefined;
      s.worker().run.stopGate = new Promise((resolve) => (clear = resolve));
      s.worker().run.exit(1);
      await s.clock.advance(0);
      assert.deepEqual([s.controller.state, s.controller.saved().wanted], ['failed', wanted]);
      clear();
      await s.clock.advance(0);
      assert.deepEqual([s.clock.pending.length, s.controller.saved().wanted], [wanted ? 1 : 0, wanted]);
      await s.controller.stop();
      assert.equal(s.controller.saved().wanted, false);
    });
  }

  it('a failure that a retry cannot mend is not retried', async () => {
    const restart = { policy: 'on-failure', maxRetries: 2, retryDelayMs: 1000, backoffRate: 2 } as const;
    const s = stage(resolvedWorker({ restart }));
    s.worker().failStart = workerError('executable-not-found', 'w: there is no /bin/worker.');
    assert.equal((await s.controller.start()).message, 'w: there is no /bin/worker.');
    assert.deepEqual([s.controller.state, s.clock.pending], ['failed', []]);
  });

  it('what cannot be ended is never called stopped, and is tried again', async () => {
    const s = stage();
    await s.controller.start();
    s.worker().run.failStop = workerError('cannot-stop', 'w: process 7 cannot be ended.');
    assert.deepEqual(await s.controller.stop(), { id: 'w', ok: false, message: 'w: process 7 cannot be ended.' });
    assert.equal(s.controller.state, 'failed');
    s.worker().run.failStop = undefined;
    assert.equal((await s.controller.stop()).ok, true);
    assert.equal(s.controller.state, 'stopped');
  });

  it('a restart ends the old run before the new one begins', async () => {
    const s = stage();
    await s.controller.start();
    const first = s.worker().run;
    await s.controller.restart();
    assert.equal(first.stops, 1);
    assert.deepEqual([s.controller.state, s.controller.snapshot().pid], ['running', 1002]);
  });

  it('operations asked for at once are done in order', async () => {
    const s = stage();
    const outcomes = await Promise.all([s.controller.start(), s.controller.stop(), s.controller.start()]);
    assert.deepEqual(
      outcomes.map(({ ok }) => ok),
      [true, true, true],
    );
    assert.equal(s.controller.state, 'running');
  });

  it('a changed configuration waits for the restart of a running worker', async () => {
    const s = stage();
    await s.controller.start();
    await s.controller.replace(resolvedWorker({}, '/bin/other'));
    assert.deepEqual(s.controller.snapshot().restart_needed, ['executable']);
    assert.equal(s.controller.snapshot().diagnostics.executablePath, '/bin/worker');
    await s.controller.restart();
    assert.deepEqual(s.controller.snapshot().restart_needed, []);
    assert.equal(s.controller.snapshot().diagnostics.executablePath, '/bin/other');
  });

  it('what is only shown is shown anew without a restart', async () => {
    const s = stage();
    await s.controller.start();
    const metadata = { name: 'Reports', description: 'Renders pages', version: '1.2', tags: ['nightly'] };
    await s.controller.replace(resolvedWorker({ group: 'office', metadata }));
    const { group, name, description, version, tags, restart_needed, state } = s.controller.snapshot();
    assert.deepEqual([group, { name, description, version, tags }], ['office', metadata]);
    assert.deepEqual([restart_needed, state], [[], 'running']);
    await s.controller.swap();
    assert.equal(s.controller.snapshot().name, 'Reports');
  });

  it('a configuration changed back needs no restart', async () => {
    const s = stage();
    await s.controller.start();
    await s.controller.replace(resolvedWorker({}, '/bin/other'));
    await s.controller.replace(resolvedWorker());
    assert.deepEqual(s.controller.snapshot().restart_needed, []);
  });

  it('a changed configuration is in force at once when the worker is at rest', async () => {
    const s = stage();
    await s.controller.initialize();
    await s.controller.replace(resolvedWorker({}, '/bin/other'));
    assert.equal(s.controller.snapshot().diagnostics.executablePath, '/bin/other');
    assert.equal(s.controller.state, 'initialized');
  });

  it('takes a live run over: same pid, no start', async () => {
    const s = stage();
    const saved = savedWorker(4711);
    s.worker().adoptable = saved.run ?? undefined;
    await s.controller.resume(saved);
    assert.deepEqual(
      [s.controller.state, s.controller.snapshot().pid, s.controller.snapshot().restarts],
      ['running', 4711, 2],
    );
    assert.equal(s.controller.snapshot().ready_in_ms, null);
  });

  it('starts anew what is no longer alive, counting it as a restart', async () => {
    const s = stage();
    await s.controller.resume(savedWorker(4711));
    assert.deepEqual([s.controller.snapshot().pid, s.controller.snapshot().restarts], [1006, 3]);
    assert.equal(s.controller.snapshot().ready_in_ms, 0);
  });

  it('an unhealthy worker is restarted by its policy', async () => {
    const restart = { policy: 'on-failure', maxRetries: 2, retryDelayMs: 1000, backoffRate: 2 } as const;
    const s = stage(resolvedWorker({ restart }));
    await s.controller.start();
    s.reportHealth('degraded');
    assert.deepEqual([s.controller.state, s.controller.snapshot().health], ['running', 'degraded']);
    s.reportHealth('unhealthy');
    await s.clock.advance(0);
    assert.deepEqual([s.controller.state, s.controller.snapshot().last_error?.code], ['failed', 'unhealthy']);
    await s.clock.advance(1000);
    assert.equal(s.controller.state, 'running');
  });

  it('an unhealthy worker is borne while it is young, says why it is not well, and is restarted when it stays so', async () => {
    const budget = { maxRetries: 2, retryDelayMs: 1000, backoffRate: 1 };
    const s = stage(resolvedWorker({ restart: { policy: 'on-failure', ...budget, startupGraceMs: 10_000 } }));
    await s.controller.start();
    await s.clock.advance(9_999);
    s.reportHealth('unhealthy');
    const { state, health, health_reason: reason } = s.controller.snapshot();
    assert.deepEqual([state, health, reason], ['running', 'unhealthy', 'the check failed']);
    await s.clock.advance(1);
    s.reportHealth('unhealthy');
    await s.clock.advance(0);
    const after = s.controller.snapshot();
    assert.deepEqual([after.state, after.last_error?.code, after.health_reason], ['failed', 'unhealthy', null]);
    await s.controller.stop();
  });

  it("a debugger pauses the worker's health clock until it lets go", async () => {
    const s = stage();
    await s.controller.start();
    assert.deepEqual(await s.controller.debug({ fromStart: false }), inspectorAt('ws://127.0.0.1:1/x'));
    assert.equal(s.controller.snapshot().debugging, true);
    await s.controller.endDebug();
    assert.deepEqual(s.healthClock, ['pause', 'resume']);
    await s.controller.stop();
    await assert.rejects(s.controller.debug({ fromStart: false }), /w is stopped, not running: start it/);
  });

  describe('whose output waits', () => {
    const held = async () => {
      const s = stage(resolvedWorker({ limits: { maxRssBytes: 100, memoryPolicy: 'restart', intervalMs: 1000 } }));
      await s.controller.start();
      s.outputWaits = true;
      s.controller.followOutput();
      await s.clock.advance(0);
      return s;
    };

    it('is held, its clocks and limits with it, until its output was read', async () => {
      const s = await held();
      const { worker, controller, healthClock } = s;
      assert.deepEqual([worker().run.told, healthClock, controller.snapshot().held], [['hold'], ['pause'], true]);
      assert.equal(describeState(controller.snapshot()), 'running (held: its output waits)');
      worker().run.uses = { rss_bytes: 101, cpu_percent: 0, heap_bytes: null };
      await s.clock.advance(10_000);
      assert.equal(controller.state, 'running');
      s.outputWaits = false;
      controller.followOutput();
      await s.clock.advance(0);
      assert.deepEqual(worker().run.told, ['hold', 'go on']);
      assert.deepEqual([healthClock, controller.snapshot().held], [['pause', 'resume'], false]);
      await s.clock.advance(1000);
      assert.equal(controller.snapshot().last_error?.code, 'resource-limit');
      await controller.stop();
    });

    it('goes on before it is asked to end, and is held no more', async () => {
      const { worker, controller } = await held();
      assert.equal((await controller.stop()).ok, true);
      controller.followOutput();
      await new Promise(setImmediate);
      assert.deepEqual([worker().run.told, controller.snapshot().held], [['hold', 'go on', 'stop'], false]);
    });

    it('is held as soon as it runs, also in its next run', async () => {
      const s = stage();
      s.outputWaits = true;
      await s.controller.start();
      await s.clock.advance(0);
      assert.deepEqual(s.worker().run.told, ['hold']);
      await s.controller.restart();
      await s.clock.advance(0);
      assert.deepEqual(s.worker().run.told, ['hold']);
      assert.equal(s.worker().runs.length, 2);
      await s.controller.stop();
    });

    it('is not debugged while it is held, and not held while a debugger has it', async () => {
      const s = await held();
      await assert.rejects(s.controller.debug({ fromStart: false }), /w is held: its output waits to be read/);
      s.outputWaits = false;
      s.controller.followOutput();
      await s.clock.advance(0);
      await s.controller.debug({ fromStart: false });
      s.outputWaits = true;
      s.controller.followOutput();
      await s.clock.advance(0);
      assert.deepEqual([s.worker().run.told, s.controller.snapshot().held], [['hold', 'go on'], false]);
      await s.controller.endDebug();
      await s.clock.advance(0);
      assert.deepEqual(s.worker().run.told, ['hold', 'go on', 'hold']);
      await s.controller.stop();
    });
  });

  it('a process whose package names a debugger is left to that one, its clocks paused all the same', async () => {
    const debugger_ = { type: 'go', cwd: '/src' };
    const s = stage({ ...resolvedWorker(), debugger: debugger_ });
    await s.controller.start();
    const target = await s.controller.debug({ fromStart: false });
    const { pid } = s.controller.snapshot();
    const configuration = { request: 'attach', mode: 'local', type: 'go', cwd: '/src', processId: pid };
    assert.deepEqual(target, { kind: 'process', pid, configuration });
    assert.equal(s.controller.snapshot().debugging, true);
    await s.controller.endDebug();
    assert.deepEqual(s.healthClock, ['pause', 'resume']);
  });

  it('nothing is compared with its limits while a debugger of another kind holds it', async () => {
    const limits = { maxRssBytes: 100, memoryPolicy: 'restart', intervalMs: 1000 } as const;
    const s = stage({ ...resolvedWorker({ limits }), debugger: { type: 'go' } });
    await s.controller.start();
    await s.controller.debug({ fromStart: false });
    s.worker().run.uses = { rss_bytes: 101, cpu_percent: 0, heap_bytes: null };
    await s.clock.advance(60_000);
    assert.equal(s.controller.state, 'running');
    await s.controller.endDebug();
    await s.clock.advance(1000);
    assert.equal(s.controller.snapshot().last_error?.code, 'resource-limit');
    await s.controller.stop();
  });

  it('a start held for a debugger never times out while held, and has its time again when let go', async () => {
    const s = stage(resolvedWorker({ startTimeoutMs: 5000 }));
    await s.controller.start();
    s.worker().startGate = never;
    const target = await s.controller.debug({ fromStart: true });
    assert.deepEqual(target, inspectorAt('ws://127.0.0.1:1/held'));
    assert.deepEqual([s.controller.state, s.controller.snapshot().debugging], ['starting', true]);
    await s.clock.advance(3_600_000);
    assert.equal(s.controller.state, 'starting');
    await s.controller.endDebug();
    await s.clock.advance(5000);
    assert.deepEqual([s.controller.state, s.controller.snapshot().last_error?.code], ['failed', 'start-timeout']);
  });

  it('an inspector that the debugger left during a held start is closed when the worker is up', async () => {
    const s = stage();
    let open: () => void = () => undefined;
    s.worker().startGate = new Promise((resolve) => (open = resolve));
    await s.controller.debug({ fromStart: true });
    await s.controller.endDebug();
    open();
    await s.clock.advance(0);
    assert.deepEqual([s.controller.state, s.worker().run.inspectorsClosed], ['running', 1]);
  });

  it('a worker that comes up while held has its health clock paused at once', async () => {
    const s = stage();
    await s.controller.debug({ fromStart: true });
    await s.clock.advance(0);
    assert.deepEqual([s.controller.state, s.healthClock], ['running', ['pause']]);
  });

  it('a start of a worker that runs once is over when its work is', async () => {
    const s = stage(resolvedWorker({ run: 'once' }));
    const started = s.controller.start();
    await s.clock.advance(0);
    assert.equal(s.controller.state, 'running');
    s.worker().run.exit(0);
    assert.deepEqual(await started, { id: 'w', ok: true, message: 'w has finished.' });
    assert.equal(s.controller.state, 'stopped');
    const { last_run } = s.controller.snapshot();
    assert.deepEqual([last_run?.exit_code, last_run?.signal], [0, null]);
  });

  it('work that ends with another code than 0 has failed', async () => {
    const s = stage(resolvedWorker({ run: 'once' }));
    const started = s.controller.start();
    await s.clock.advance(0);
    s.worker().run.exit(3);
    assert.match((await started).message, /^w ended by itself with code 3/);
    assert.deepEqual([s.controller.state, s.controller.snapshot().last_run?.exit_code], ['failed', 3]);
  });

  it('a schedule starts the worker at its times, passes over those at which it still runs, and ends with a stop', async () => {
    const s = stage(resolvedWorker({ run: 'once', cron: '*/5 * * * *' }));
    const minute = 60_000;
    assert.match(s.controller.schedule().message, /^w runs next at 2026-01-01T00:05:00\.000Z\.$/);
    await s.clock.advance(5 * minute - 1);
    assert.equal(s.controller.state, 'uninitialized');
    await s.clock.advance(1);
    assert.equal(s.controller.state, 'running');
    await s.clock.advance(5 * minute);
    assert.equal(s.worker().runs.length, 1);
    s.worker().run.exit(0);
    await s.clock.advance(5 * minute);
    assert.equal(s.worker().runs.length, 2);
    assert.equal(s.controller.snapshot().next_run, '2026-01-01T00:20:00.000Z');
    await s.controller.stop();
    assert.equal(s.controller.snapshot().next_run, null);
    await s.clock.advance(60 * minute);
    assert.equal(s.worker().runs.length, 2);
  });

  it('a schedule goes by the clock as it is set: a time that was passed over comes within a minute, one that is taken back comes again', async () => {
    const minute = 60_000;
    const s = stage(resolvedWorker({ run: 'once', cron: '0 * * * *' }));
    s.controller.schedule();
    s.clock.set(90 * minute);
    await s.clock.advance(minute);
    assert.equal(s.worker().runs.length, 1);
    s.worker().run.exit(0);
    await s.clock.advance(0);
    assert.equal(s.controller.snapshot().next_run, '2026-01-01T02:00:00.000Z');
    s.clock.set(-90 * minute);
    await s.clock.advance(minute);
    assert.equal(s.controller.snapshot().next_run, '2026-01-01T01:00:00.000Z');
    await s.clock.advance(58 * minute);
    assert.equal(s.worker().runs.length, 2);
    await s.controller.stop();
    assert.deepEqual(s.clock.pending, []);
  });

  it('a later master tells the latest run of the one before', async () => {
    const first = stage(resolvedWorker({ run: 'once' }));
    void first.controller.start();
    await first.clock.advance(0);
    first.worker().run.exit(0);
    await first.clock.advance(0);
    const saved = first.controller.saved();
    const next = stage(resolvedWorker({ run: 'once' }));
    next.controller.recall(saved);
    assert.deepEqual(next.controller.snapshot().last_run, first.controller.snapshot().last_run);
    assert.equal(next.controller.snapshot().last_run?.exit_code, 0);
  });

  it('restarts what is only observed where it may be restarted, and ended for that', async () => {
    const observed = (canRestart: boolean, canTerminate: boolean) => ({
      ...resolvedWorker({
        management: 'unmanaged',
        discovery: { method: 'port', port: 1, canTerminate, canRestart },
      }),
      deployment: { kind: 'unmanaged', workingDirectory: '/' } as const,
    });
    for (const [kept, missing] of [
      [stage(observed(false, true)), 'can_restart'],
      [stage(observed(true, false)), 'can_terminate'],
    ] as const) {
      await kept.controller.start();
      const { message } = await kept.controller.restart();
      assert.equal(message, `w may not be restarted: it is only observed, and ${missing} is not set.`);
      assert.deepEqual([kept.controller.state, kept.worker().run.stops], ['running', 0]);
    }
    const free = stage(observed(true, true));
    await free.controller.start();
    assert.equal((await free.controller.restart()).ok, true);
    assert.equal(free.worker().runs.length, 2);
  });

  it('says at a stop what goes on all the same, and tells it with what was closed in the log', async () => {
    const s = stage(resolvedWorker());
    await s.controller.start();
    s.worker().run.report = {
      forced: false,
      leftovers: ['1 timer was left and has been closed.'],
      spared: 'x goes on: why',
    };
    const { ok, message } = await s.controller.stop();
    assert.deepEqual([ok, message], [true, 'w is stopped, but x goes on: why.']);
    assert.deepEqual(s.lines, ['1 timer was left and has been closed.', 'x goes on: why.']);
  });

  describe('a worker over its limit', () => {
    const limited = (memoryPolicy: LimitPolicy) =>
      resolvedWorker({
        limits: { maxRssBytes: 100, memoryPolicy, intervalMs: 1000 },
        restart: { policy: 'on-failure', maxRetries: 3, retryDelayMs: 5000, backoffRate: 1 },
      });
    const exceed = async (policy: LimitPolicy) => {
      const all = stage(limited(policy));
      await all.controller.start();
      all.worker().run.uses = { rss_bytes: 101, cpu_percent: 0, heap_bytes: null };
      await all.clock.advance(1000);
      return all;
    };

    it('is restarted by its policy, with the reason', async () => {
      const { controller, clock, worker } = await exceed('restart');
      const { state, last_error: error, retry_at: retryAt } = controller.snapshot();
      assert.deepEqual([state, error?.code, retryAt !== null], ['failed', 'resource-limit', true]);
      assert.match(error?.message ?? '', /^w uses 0 MB of memory; its limit is 0 MB\.$/);
      await clock.advance(5000);
      assert.deepEqual([controller.state, worker().runs.length], ['running', 2]);
    });

    it('is ended for good where the policy says so', async () => {
      const { controller, clock } = await exceed('graceful_shutdown');
      await clock.advance(3_600_000);
      const { state, last_error: error } = controller.snapshot();
      assert.deepEqual([state, error?.code], ['failed', 'resource-limit']);
    });

    it('is restarted with higher limits, up to double, until it is configured anew', async () => {
      const { controller, clock, worker } = await exceed('restart_adjusted');
      const given: (number | undefined)[] = [];
      for (let start = 0; start < 3; start += 1) {
        await clock.advance(5000);
        given.push(worker().given?.limits?.maxRssBytes);
        worker().run.uses = { rss_bytes: 1000, cpu_percent: 0, heap_bytes: null };
        await clock.advance(1000);
      }
      assert.deepEqual(given, [125, 156, 195]);
      await controller.replace(limited('restart'));
      await controller.start();
      assert.equal(worker().given?.limits?.maxRssBytes, 100);
      await controller.stop();
    });

    const line = 'w uses 0 MB of memory; its limit is 0 MB.';
    const slowed = 'w is slowed down: it has the lowest priority.';
    const runsOn: readonly (readonly [LimitPolicy, Partial<Record<'told' | 'lines' | 'alerts', string[]>>])[] = [
      ['none', {}],
      ['log', { lines: [line] }],
      ['alert', { lines: [line], alerts: [line] }],
      ['throttle', { lines: [line, slowed], told: ['throttle'] }],
    ];
    for (const [policy, { told = [], lines = [], alerts = [] }] of runsOn) {
      it(`runs on where the policy is "${policy}"`, async () => {
        const all = await exceed(policy);
        assert.deepEqual([all.controller.state, all.worker().run.stops], ['running', 0]);
        assert.deepEqual([all.worker().run.told, all.lines, all.alerts], [told, lines, alerts]);
        await all.controller.stop();
      });
    }

    const ends: readonly (readonly [LimitPolicy, graceMs: number])[] = [
      ['restart', 20_000],
      ['restart_adjusted', 20_000],
      ['graceful_shutdown', 20_000],
      ['immediate_kill', 0],
    ];
    for (const [policy, graceMs] of ends) {
      it(`has ${graceMs / 1000} s to end by itself where the policy is "${policy}"`, async () => {
        const { controller, worker } = await exceed(policy);
        const [first] = worker().runs;
        assert.deepEqual([controller.state, first?.stops, first?.graceMs], ['failed', 1, graceMs]);
        await controller.stop();
      });
    }
  });
});

function savedWorker(pid: number): SavedWorker {
  return {
    wanted: true,
    runs: 5,
    restarts: 2,
    run: { number: 5, pid, processStart: '1', boot: 'b', startedAt: '', stdoutFile: '', stderrFile: '' },
  };
}
