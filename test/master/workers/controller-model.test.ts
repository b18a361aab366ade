import assert from 'node:assert/strict';
import fc from 'fast-check';
import { next, workerEvents, type WorkerState } from '../../../master/lifecycle/worker-state.ts';
import { WorkerController } from '../../../master/workers/controller.ts';
import type { RunEnd } from '../../../master/workers/worker.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { resolvedWorker, ScriptedRun, ScriptedWorker, workerError } from '../../support/scripted-worker.ts';

/** What people, policies and the world do to a worker, in any order. */
const command = fc.oneof(
  fc.constantFrom(
    'initialize',
    'start',
    'stop',
    'restart',
    'swap',
    'debug',
    'debug from start',
    'end debug',
    'change',
    'change back',
    'exit 0',
    'exit 1',
    'unhealthy',
    'hang starts',
    'let starts go on',
    'hang stops',
    'let stops go on',
    'fail starts',
    'mend starts',
    'fail prepare',
    'mend prepare',
    'no stop',
    'mend stop',
    'never ready',
    'ready',
    'output waits',
    'output is read',
  ),
  fc.integer({ min: 0, max: 120_000 }),
);

/** The moves that the table allows, by any event. */
const moves = new Set(
  (['uninitialized', 'initializing', 'initialized', 'starting', 'running', 'stopping', 'stopped', 'failed'] as const)
    .flatMap((from) => workerEvents.map((event) => [from, next(from, event)] as const))
    .filter((move): move is readonly [WorkerState, WorkerState] => typeof move[1] === 'string' && move[1] !== 'ignored')
    .map(([from, to]) => `${from} → ${to}`),
);

/** How a swap says that one of its two runs is left. */
const notGone = /is not gone|cannot be stopped/;

class Gate {
  #open: () => void = () => undefined;
  wait: Promise<void> = Promise.resolve();
  shut(): void {
    this.open();
    this.wait = new Promise((resolve) => (this.#open = resolve));
  }
  open(): void {
    this.#open();
    this.wait = Promise.resolve();
  }
}

class Stage {
  readonly clock = new ManualClock();
  readonly controller: WorkerController;
  readonly faults: string[] = [];
  readonly moves: string[] = [];
  readonly starts = new Gate();
  readonly stops = new Gate();
  readonly readiness = new Gate();
  readonly #workers: ScriptedWorker[] = [];
  readonly #living = new Set<ScriptedRun>();
  #state: WorkerState = 'uninitialized';
  #startFault: Error | undefined;
  #prepareFault: Error | undefined;
  #stopFault: Error | undefined;
  #report: () => void = () => undefined;
  #outputWaits = false;
  /** A run that a swap was to end could not be ended, and was said to be left. */
  #mayHaveTwo = false;

  constructor() {
    this.controller = new WorkerController(this.#configuration('/bin/one'), {
      clock: this.clock,
      createWorker: (resolved) => this.#hire(new ScriptedWorker(resolved)),
      openOutput: () =>
        Promise.resolve({ stdoutFile: '', stderrFile: '', write: () => undefined, close: () => Promise.resolve() }),
      untilReady: (_run, _worker, _limitMs, signal) =>
        Promise.race([
          this.readiness.wait,
          new Promise<void>((_, reject) => {
            signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
          }),
        ]),
      watchHealth: (_run, _worker, signal, changed) => {
        this.#report = () => {
          if (!signal.aborted) changed('unhealthy', 'it is not well');
        };
        return { pause: () => undefined, resume: () => undefined };
      },
      outputWaits: () => this.#outputWaits,
      changed: () => this.#look(),
    });
  }

  async do(what: string | number): Promise<void> {
    if (typeof what === 'number') await this.clock.advance(what);
    else this.#act(what);
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Everything that hung goes on, everything that failed is mended, and much time passes. */
  async settle(): Promise<void> {
    for (const end of [
      'let starts go on',
      'let stops go on',
      'mend starts',
      'mend prepare',
      'mend stop',
      'ready',
      'output is read',
    ]) {
      await this.do(end);
    }
    await this.do('end debug');
    for (let round = 0; round < 20; round += 1) await this.do(3_600_000);
  }

  #act(what: string): void {
    const { controller } = this;
    const ignore = (promise: Promise<unknown>) => void promise.catch(() => undefined);
    const actions: Record<string, () => void> = {
      initialize: () => ignore(controller.initialize()),
      start: () => ignore(controller.start()),
      stop: () => ignore(controller.stop()),
      restart: () => ignore(controller.restart()),
      swap: () => void controller.swap().then(({ message }) => (this.#mayHaveTwo ||= notGone.test(message))),
      debug: () => ignore(controller.debug({ fromStart: false })),
      'debug from start': () => ignore(controller.debug({ fromStart: true })),
      'end debug': () => ignore(controller.endDebug()),
      change: () => ignore(controller.replace(this.#configuration('/bin/two'))),
      'change back': () => ignore(controller.replace(this.#configuration('/bin/one'))),
      'exit 0': () => this.#exit(0),
      'exit 1': () => this.#exit(1),
      unhealthy: () => this.#report(),
      'hang starts': () => this.starts.shut(),
      'let starts go on': () => this.starts.open(),
      'hang stops': () => this.stops.shut(),
      'let stops go on': () => this.stops.open(),
      'fail starts': () => (this.#startFault = workerError('port-in-use', 'w: the port is taken.')),
      'mend starts': () => (this.#startFault = undefined),
      'fail prepare': () => (this.#prepareFault = workerError('executable-not-found', 'w: there is no program.')),
      'mend prepare': () => (this.#prepareFault = undefined),
      'no stop': () => (this.#stopFault = workerError('cannot-stop', 'w cannot be stopped.')),
      'mend stop': () => (this.#stopFault = undefined),
      'never ready': () => this.readiness.shut(),
      ready: () => this.readiness.open(),
      'output waits': () => this.#followOutput(true),
      'output is read': () => this.#followOutput(false),
    };
    actions[what]?.();
  }

  #configuration(executable: string) {
    const restart = { policy: 'on-failure', maxRetries: 3, retryDelayMs: 1000, backoffRate: 2 } as const;
    return resolvedWorker({ restart, startTimeoutMs: 30_000 }, executable);
  }

  #followOutput(waits: boolean): void {
    this.#outputWaits = waits;
    this.controller.followOutput();
  }

  #exit(code: number): void {
    for (const run of this.#living) run.exit(code);
  }

  /** A scripted worker whose starts and stops obey the gates and faults of the stage. */
  #hire(worker: ScriptedWorker): ScriptedWorker {
    const start = worker.start.bind(worker);
    worker.prepare = () => (this.#prepareFault ? Promise.reject(this.#prepareFault) : Promise.resolve());
    worker.start = async (context) => {
      worker.startGate = this.starts.wait;
      worker.failStart = this.#startFault;
      const run = await start(context);
      if (run instanceof ScriptedRun) this.#begin(run, context.beside === true);
      return run;
    };
    this.#workers.push(worker);
    return worker;
  }

  #begin(run: ScriptedRun, isBeside: boolean): void {
    if (this.#living.size > 0 && !isBeside) this.faults.push('a run began while another was not ended');
    this.#living.add(run);
    const stop = run.stop.bind(run);
    run.stop = async (given) => {
      if (isHeld(run)) this.faults.push('a run was asked to end while it was held');
      await this.stops.wait;
      run.failStop = this.#stopFault;
      const report = await stop(given);
      this.#living.delete(run);
      return report;
    };
    void run.over.then((_end: RunEnd) => undefined);
  }

  get mayHaveTwo(): boolean {
    return this.#mayHaveTwo;
  }

  get held(): number {
    return [...this.#living].filter(isHeld).length;
  }

  get living(): number {
    return this.#living.size;
  }

  #look(): void {
    const { state } = this.controller;
    if (state === this.#state) return;
    const move = `${this.#state} → ${state}`;
    this.moves.push(move);
    if (!moves.has(move)) this.faults.push(`${move} is not in the table`);
    if (state === 'stopped' && this.living > 0) this.faults.push('stopped was said while a run was not ended');
    this.#state = state;
  }
}

function isHeld({ told }: ScriptedRun): boolean {
  return told.findLast((word) => word !== 'stop') === 'hold';
}

/** Sequences that are always tried: one for each rare move of the table, and those that once found a fault. */
const examples: [(string | number)[]][] = [
  [['never ready', 'start', 'exit 0']],
  [['never ready', 'start', 'stop']],
  [['start', 'exit 0', 'initialize']],
  [['start', 'exit 1', 2000, 'stop']],
  [['start', 'no stop', 'stop']],
  [['start', 'exit 1', 'stop']],
  [['fail prepare', 'initialize']],
  [['initialize', 'initialize']],
  [['fail starts', 'start', 'initialize']],
  [['hang stops', 'start', 'debug from start', 'initialize', 'no stop']],
  [['no stop', 'restart', 'stop', 'initialize']],
  [['restart', 'hang stops', 'never ready', 'swap', 'exit 0', 'no stop']],
];

const seed = process.env['TEST_MODEL_SEED'];

describe('controller, whatever is asked of it in whatever order', function () {
  this.timeout(120_000);

  it('moves by the table, never has two runs, never says stopped too early, and hangs nowhere', async () => {
    const made = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 40, size: 'max' }), async (commands) => {
        const stage = new Stage();
        for (const what of commands) await stage.do(what);
        await stage.settle();
        assert.deepEqual(stage.faults, []);
        assert.equal(stage.held, 0, 'a run is held for good');
        for (const move of stage.moves) made.add(move);
        const { state } = stage.controller;
        assert.ok(state !== 'starting' && state !== 'stopping' && state !== 'initializing', `it hangs in ${state}`);
        const left = stage.controller.snapshot().last_error?.code === 'cannot-stop' && state === 'failed';
        if (!stage.mayHaveTwo) assert.equal(stage.living, state === 'running' || left ? 1 : 0);
        const stopped = await stage.controller.stop();
        assert.equal(stopped.ok, true, stopped.message);
        assert.equal(stage.living, 0);
      }),
      // A failure tells its seed, which is taken from here to repeat it.
      {
        numRuns: Number(process.env['TEST_MODEL_RUNS'] ?? 1000),
        examples,
        ...(seed === undefined ? {} : { seed: Number(seed) }),
      },
    );
    if (seed === undefined)
      assert.deepEqual(
        [...moves].filter((move) => !made.has(move)),
        [],
        'moves never made',
      );
  });
});
