import type { Clock } from '../clock.ts';
import type { ResolvedWorker } from '../config/deployment.ts';
import { decideRestart, isWithinStartupGrace, type Ending } from '../lifecycle/restart-policy.ts';
import type { Health, LastRun, Resources, WorkerFailure, WorkerSnapshot } from '../lifecycle/worker-snapshot.ts';
import { isAtRest, next, type WorkerEvent, type WorkerState } from '../lifecycle/worker-state.ts';
import type { DebugTarget, Outcome } from '../protocol.ts';
import type { Violation } from './check-limits.ts';
import { changedKeys } from './changed-keys.ts';
import { OperationQueue } from './operation-queue.ts';
import { Schedule } from './schedule.ts';
import { snapshotOf } from './snapshot-of.ts';
import { StartLimit } from './start-limit.ts';
import { watchLimits } from './watch-limits.ts';
import { WorkerError, type Run, type RunEnd, type RunOutput, type SavedRun, type Worker } from './worker.ts';

/** What a controller needs of the world. */
export interface ControllerEnvironment {
  readonly clock: Clock;
  createWorker(resolved: ResolvedWorker): Worker;
  /** A fresh run's output, or a taken-over run's, continued where it was. */
  openOutput(id: string, run: number, saved?: SavedRun): Promise<RunOutput & { close(): Promise<void> }>;
  /** Resolves when what the worker depends on is running; rejects when it will not be, or when the signal aborts. */
  untilDependencies?(worker: ResolvedWorker, signal: AbortSignal): Promise<void>;
  /**
   * Resolves when the run may be called running. Rejects with a WorkerError that says what it waits for when that
   * takes longer than `limitMs`, and when the signal aborts.
   */
  untilReady(run: Run, worker: ResolvedWorker, limitMs: number, signal: AbortSignal): Promise<void>;
  /** Watches the health until the signal aborts; undefined when there is nothing to watch. */
  watchHealth(
    run: Run,
    worker: ResolvedWorker,
    signal: AbortSignal,
    changed: (health: Health, why: string) => void,
  ): HealthWatch | undefined;
  /** Called after every change that a snapshot shows. */
  changed(): void;
  /** From 0 to 1, for what should not happen to all workers in one moment; without it, always the middle. */
  random?(): number;
}

/** A budget over a window looks back over at most so many restarts. */
const restartTimesKept = 1000;

export interface HealthWatch {
  pause(): void;
  resume(): void;
}

/** What a later master needs to go on with this worker. */
export interface SavedWorker {
  readonly wanted: boolean;
  readonly runs: number;
  readonly restarts: number;
  readonly run: SavedRun | null;
}

type AwaitDebugger = (websocketAddress: string) => void;

/** Drives one worker through the state table, one operation at a time. */
export class WorkerController {
  readonly id: string;
  readonly #env: ControllerEnvironment;
  readonly #queue = new OperationQueue();
  #resolved: ResolvedWorker;
  #worker: Worker;
  /** The configuration to run with next, where it differs from what runs now. */
  #wanted: ResolvedWorker | undefined;
  #state: WorkerState = 'uninitialized';
  #since: number;
  #health: Health = 'unknown';
  #failure: WorkerFailure | null = null;
  #run: Run | undefined;
  #output: (RunOutput & { close(): Promise<void> }) | undefined;
  #resources: Resources | null = null;
  #healthWatch: HealthWatch | undefined;
  #debugging = false;
  #startLimit: StartLimit | undefined;
  /** Ends with the run: everything that belongs to it takes this signal. */
  #scope: AbortController | undefined;
  /** What a former master left and nobody has taken over or ended yet: it must outlast this master's end, too. */
  #unclaimed: SavedWorker | undefined;
  #runs = 0;
  #restarts = 0;
  #attempts = 0;
  #restartTimes: readonly number[] = [];
  #runningSince = 0;
  #retryAt: number | null = null;
  #cancelRetry: (() => void) | undefined;
  #schedule: Schedule | undefined;
  #lastRun: LastRun | null = null;

  constructor(resolved: ResolvedWorker, env: ControllerEnvironment) {
    this.id = resolved.config.id;
    this.#env = env;
    this.#resolved = resolved;
    this.#worker = env.createWorker(resolved);
    this.#since = env.clock.now();
  }

  get state(): WorkerState {
    return this.#state;
  }

  /** It was not started, because what it depends on failed. */
  get failedByDependency(): boolean {
    return this.#state === 'failed' && this.#failure?.code === 'dependency';
  }

  /** The configuration that runs, or ran last. */
  get inForce(): ResolvedWorker {
    return this.#resolved;
  }

  /** The configuration in force after the next start. */
  get resolved(): ResolvedWorker {
    return this.#wanted ?? this.#resolved;
  }

  snapshot(): WorkerSnapshot {
    return snapshotOf({
      resolved: this.#resolved,
      isolation: this.#worker.isolation,
      state: this.#state,
      since: this.#since,
      health: this.#health,
      failure: this.#failure,
      run: this.#run,
      resources: this.#resources,
      lastRun: this.#lastRun,
      nextRun: this.#schedule?.next ?? null,
      restarts: this.#restarts,
      retryAt: this.#retryAt,
      debugging: this.#debugging,
      restartNeeded: this.#wanted ? changedKeys(this.#resolved, this.#wanted) : [],
    });
  }

  saved(): SavedWorker {
    const up = this.#state === 'starting' || this.#state === 'running';
    const wanted = this.#unclaimed?.wanted === true || up || this.#retryAt !== null || this.#schedule !== undefined;
    return {
      wanted,
      runs: this.#runs,
      restarts: this.#restarts,
      run: this.#run?.saved() ?? this.#unclaimed?.run ?? null,
    };
  }

  /** Checks the worker without running it. Its failure is its state's, not this promise's. */
  initialize(): Promise<void> {
    return this.#queue.add(() => this.#initialize());
  }

  /** Goes on counting where a former master left, so that no count of a worker ever goes down. */
  recall(saved: SavedWorker): void {
    this.#unclaimed = saved;
    this.#runs = Math.max(this.#runs, saved.runs);
    this.#restarts = Math.max(this.#restarts, saved.restarts);
  }

  /** Goes on where a former master left: takes the live run over, or starts a new one. */
  resume(saved: SavedWorker): Promise<Outcome> {
    this.recall(saved);
    if (this.#resolved.config.cron !== undefined) {
      const scheduled = this.schedule();
      if (!saved.run) return Promise.resolve(scheduled);
    }
    return this.#queue.add(async () => {
      // The former master may have ended between the begin of a run and the note of it.
      const abandoned = saved.wanted ? [saved.runs + 1, saved.runs] : [];
      return this.#start(saved.run ?? (await this.#worker.findAbandoned?.(abandoned)));
    });
  }

  /** Resolves when the worker runs; for one that runs once, when it has done its work. */
  async start(): Promise<Outcome> {
    if (this.resolved.config.cron !== undefined) this.schedule();
    const started = await this.#startByRequest();
    const run = this.#run;
    if (!started.ok || !run || this.#resolved.config.run === 'service') return started;
    const end = await run.over;
    // What the end leads to was put into the queue before this.
    await this.#queue.add(() => Promise.resolve());
    if (this.#endingOf(end).kind === 'clean') return this.#outcome(true, `${this.id} has finished.`);
    return this.#outcome(false, this.#endFailure(end).message);
  }

  /** Starts the worker at the times of its schedule from now on; a time at which it still runs is passed over. */
  schedule(): Outcome {
    const { cron } = this.resolved.config;
    if (cron === undefined) return this.#outcome(false, `${this.id} has no schedule.`);
    this.#schedule ??= new Schedule(cron, this.#env.clock, () => {
      this.#env.changed();
      if (isAtRest(this.#state)) void this.#startByRequest();
    });
    this.#env.changed();
    const next = this.#schedule.next;
    const when = next === null ? 'never again' : `next at ${new Date(next).toISOString()}`;
    return this.#outcome(true, `${this.id} runs ${when}.`);
  }

  #startByRequest(): Promise<Outcome> {
    this.#attempts = 0;
    this.#restartTimes = [];
    return this.#queue.add(() => this.#start());
  }

  /** Resolves when nothing of the worker is left. Cancels a start or a retry that is under way. */
  stop(): Promise<Outcome> {
    this.#dropRetry();
    this.#dropSchedule();
    if (this.#state === 'starting' || this.#state === 'running') {
      const starting = this.#state === 'starting';
      this.#move('stop');
      if (starting) this.#scope?.abort(this.#stopped());
    }
    return this.#queue.add(() => this.#stop());
  }

  async restart(): Promise<Outcome> {
    const stopped = await this.stop();
    return stopped.ok ? this.start() : stopped;
  }

  /**
   * Takes a changed configuration. At rest it is in force at once; a running worker is not disturbed, its snapshot
   * says that a restart is needed.
   */
  replace(resolved: ResolvedWorker): Promise<void> {
    if (changedKeys(this.resolved, resolved).length === 0) return Promise.resolve();
    const same = changedKeys(this.#resolved, resolved).length === 0;
    this.#wanted = same ? undefined : resolved;
    this.#env.changed();
    // What could not be ended still runs as it was.
    const rests = () => isAtRest(this.#state) && !this.#run;
    if (!rests() || same) return Promise.resolve();
    return this.#queue.add(async () => {
      if (!rests()) return;
      await this.#takeWanted();
      await this.#initialize();
    });
  }

  /**
   * Opens the inspector and stops the worker's clocks: a breakpoint is neither ill health nor a time-out. With
   * `fromStart` the worker is started anew and held before its first line until the debugger attaches.
   */
  async debug({ fromStart }: { readonly fromStart: boolean }): Promise<DebugTarget> {
    const websocketAddress = fromStart ? await this.#startHeld() : await this.#openInspector();
    const { deployment } = this.#resolved;
    const fate = this.#run?.fate;
    return {
      websocketAddress,
      sourceFolders: deployment.kind === 'module' ? [deployment.folder] : [],
      pausesWith: fate?.scope === 'host' ? fate.with : [],
    };
  }

  async endDebug(): Promise<void> {
    if (!this.#debugging) return;
    this.#holdClocks(false);
    await this.#run?.closeInspector();
  }

  /** Measures what the worker uses now; the next snapshots show it. */
  async measure(): Promise<void> {
    const run = this.#run;
    if (!run || this.#state !== 'running') return;
    const resources = await run.resources();
    if (run === this.#run) this.#resources = resources;
  }

  /** Stops the worker and releases what it holds; the controller is of no use afterwards. */
  async dispose(): Promise<Outcome> {
    const outcome = await this.stop();
    await this.#queue.add(() => this.#worker.dispose());
    return outcome;
  }

  async #initialize(): Promise<void> {
    if (!this.#move('initialize')) return;
    try {
      await this.#worker.prepare();
      this.#move('prepared');
    } catch (error) {
      this.#fail(this.#explain(error));
    }
  }

  async #openInspector(): Promise<string> {
    const run = this.#run;
    if (!run || (this.#state !== 'running' && this.#state !== 'starting')) {
      throw new WorkerError({
        code: 'internal',
        message: `${this.id} is ${this.#state}, not running: start it, then debug it.`,
      });
    }
    const address = await run.openInspector({});
    this.#holdClocks(true);
    return address;
  }

  /** Resolves to the address as soon as the worker waits there; the start goes on when a debugger has attached. */
  async #startHeld(): Promise<string> {
    const stopped = await this.stop();
    if (!stopped.ok) throw new Error(stopped.message);
    this.#attempts = 0;
    return new Promise((resolve, reject) => {
      const held = (address: string) => {
        this.#holdClocks(true);
        resolve(address);
      };
      this.#queue
        .add(() => this.#start(undefined, held))
        .then(
          // Also where the worker ran or failed without ever waiting for a debugger.
          (outcome) => reject(new Error(`${this.id} was not held for a debugger: ${outcome.message}`)),
          reject,
        );
    });
  }

  /** While a debugger holds the worker, no limit runs and no probe counts. */
  #holdClocks(hold: boolean): void {
    this.#debugging = hold;
    if (hold) {
      this.#startLimit?.pause();
      this.#healthWatch?.pause();
    } else {
      this.#startLimit?.resume();
      this.#healthWatch?.resume();
    }
    this.#env.changed();
  }

  async #start(saved?: SavedRun, awaitDebugger?: AwaitDebugger): Promise<Outcome> {
    this.#dropRetry();
    if (isAtRest(this.#state) && this.#run) {
      // A former stop left something alive that could not be ended then.
      try {
        await this.#clear();
      } catch (error) {
        this.#fail(this.#explain(error));
        return this.#outcome(false, this.#failure?.message ?? '');
      }
    }
    if (isAtRest(this.#state) && this.#wanted) await this.#takeWanted();
    if (this.#state === 'uninitialized') this.#move('initialize');
    if (this.#state === 'initializing') this.#move('prepared');
    const decision = next(this.#state, 'start');
    if (typeof decision === 'object') return this.#outcome(false, `${this.id} ${decision.refused}.`);
    if (decision === 'ignored') return this.#outcome(true, `${this.id} is ${this.#state} already.`);
    this.#move('start');
    return this.#begin(saved, awaitDebugger);
  }

  /** One attempt, from `starting` to running, failed or stopped. */
  async #begin(saved?: SavedRun, awaitDebugger?: AwaitDebugger): Promise<Outcome> {
    const scope = new AbortController();
    this.#scope = scope;
    if (this.#state === 'stopping') scope.abort(this.#stopped());
    if (!saved) {
      try {
        await this.#env.untilDependencies?.(this.#resolved, scope.signal);
      } catch (error) {
        return this.#abandonStart(this.#explain(error), undefined);
      }
    }
    const { startTimeoutMs } = this.#resolved.config;
    const limit = new StartLimit(this.#env.clock, startTimeoutMs, () => {
      scope.abort(new WorkerError(this.#startTimeout(startTimeoutMs)));
    });
    this.#startLimit = limit;
    let ending: Ending | undefined;
    try {
      const run = await this.#open(scope.signal, saved, awaitDebugger);
      // Started for a debugger that has let go meanwhile: nobody will close it but us.
      if (awaitDebugger && !this.#debugging) await run.closeInspector();
      // Readiness tells better than the limit what was waited for, so it keeps the time itself; held by a debugger,
      // the limit does, for it can stand still.
      const left = awaitDebugger ? Number.POSITIVE_INFINITY : limit.leftMs;
      if (!awaitDebugger) limit.end();
      const ended = run.over.then((end) => {
        ending = this.#endingOf(end);
        throw new WorkerError(this.#endFailure(end));
      });
      await Promise.race([this.#env.untilReady(run, this.#resolved, left, scope.signal), ended]);
      scope.signal.throwIfAborted();
      limit.end();
      this.#becomeRunning(run, scope.signal);
      return this.#outcome(true, `${this.id} is running.`);
    } catch (error) {
      limit.end();
      const failure = this.#explain(scope.signal.aborted ? scope.signal.reason : error);
      scope.abort(error);
      return this.#abandonStart(failure, ending);
    }
  }

  async #open(signal: AbortSignal, saved?: SavedRun, awaitDebugger?: AwaitDebugger): Promise<Run> {
    const context = {
      signal,
      changed: () => this.#env.changed(),
      ...(awaitDebugger ? { awaitDebugger } : {}),
    };
    if (saved) {
      const output = await this.#env.openOutput(this.id, saved.number, saved);
      this.#output = output;
      const adopted = await this.#worker.adopt(saved, { ...context, number: saved.number, output });
      this.#unclaimed = undefined;
      if (adopted) {
        this.#restarts += this.#runs === 0 ? 0 : Math.max(0, saved.number - this.#runs);
        this.#runs = Math.max(this.#runs, saved.number);
        return this.#keep(adopted);
      }
      await output.close();
    }
    await this.#worker.prepare();
    signal.throwIfAborted();
    this.#unclaimed = undefined;
    this.#runs += 1;
    if (this.#runs > 1) this.#restarts += 1;
    const output = await this.#env.openOutput(this.id, this.#runs);
    this.#output = output;
    return this.#keep(await this.#worker.start({ ...context, number: this.#runs, output }));
  }

  #keep(run: Run): Run {
    this.#run = run;
    void run.over.then((end) => {
      const exit = end.how === 'exit' ? end : end.exit;
      this.#lastRun = {
        started_at: run.startedAt,
        ended_at: new Date(this.#env.clock.now()).toISOString(),
        exit_code: exit?.code ?? null,
        signal: exit?.signal ?? null,
      };
      this.#env.changed();
    });
    this.#env.changed();
    return run;
  }

  #becomeRunning(run: Run, signal: AbortSignal): void {
    this.#failure = null;
    this.#runningSince = this.#env.clock.now();
    this.#health = 'unknown';
    this.#move('ready');
    void run.over.then((end) => this.#onOver(run, end));
    const { limits } = this.#resolved.config;
    if (limits) {
      void watchLimits({
        run,
        limits,
        clock: this.#env.clock,
        signal,
        exceeded: (violation) => {
          this.#onViolation(run, violation);
        },
        near: (violation) => {
          this.#output?.write('stderr', `${this.id} ${violation.what}: it is near.\n`);
        },
      });
    }
    this.#healthWatch = this.#env.watchHealth(run, this.#resolved, signal, (health, why) => {
      this.#onHealth(run, health, why);
    });
    if (this.#debugging) this.#healthWatch?.pause();
  }

  async #abandonStart(failure: WorkerFailure, ending: Ending | undefined): Promise<Outcome> {
    try {
      await this.#clear();
    } catch (error) {
      this.#fail(this.#explain(error));
      return this.#outcome(false, this.#failure?.message ?? failure.message);
    }
    if (this.#state === 'stopping') {
      this.#move('ended');
      return this.#outcome(false, `${this.id} was stopped before it was running.`);
    }
    if (ending?.kind === 'clean' && !this.#isRestartedAlways()) {
      this.#move('exited');
      return this.#outcome(true, `${this.id} ended by itself with code 0.`);
    }
    this.#fail(failure);
    this.#decideNext(ending?.kind === 'clean' ? ending : { kind: 'failure', code: failure.code }, 0);
    return this.#outcome(false, this.#failure?.message ?? failure.message);
  }

  /** A running worker's run is over by itself. */
  #onOver(run: Run, end: RunEnd): void {
    if (run !== this.#run || this.#state !== 'running') return;
    const ending = this.#endingOf(end);
    if (ending.kind === 'clean' && !this.#isRestartedAlways()) {
      void this.#queue.add(() => this.#rest());
      return;
    }
    this.#breakDown(this.#endFailure(end), ending);
  }

  async #rest(): Promise<void> {
    if (this.#state !== 'running') return;
    try {
      await this.#clear();
      this.#move('exited');
    } catch (error) {
      this.#fail(this.#explain(error));
    }
  }

  #onHealth(run: Run, health: Health, why: string): void {
    if (run !== this.#run || this.#state !== 'running') return;
    this.#health = health;
    this.#env.changed();
    const { restart } = this.#resolved.config;
    if (health !== 'unhealthy' || restart.policy === 'never') return;
    if (isWithinStartupGrace(restart, this.#env.clock.now() - this.#runningSince)) return;
    const message = `${this.id} is unhealthy: ${why}. It is restarted as its restart policy says; its log may tell why.`;
    this.#breakDown({ code: 'unhealthy', message }, { kind: 'failure', code: 'unhealthy' });
  }

  #onViolation(run: Run, { what, policy }: Violation): void {
    if (run !== this.#run || this.#state !== 'running' || policy === 'none') return;
    const { restart } = this.#resolved.config;
    const message = `${this.id} ${what}.`;
    switch (policy) {
      case 'restart':
      case 'restart_adjusted':
        if (isWithinStartupGrace(restart, this.#env.clock.now() - this.#runningSince)) return;
        return this.#breakDown({ code: 'resource-limit', message }, { kind: 'failure', code: 'resource-limit' });
      case 'graceful_shutdown':
      case 'immediate_kill':
        // It is over the limit again as soon as it runs again, so it is not started by itself.
        return this.#breakDown(
          { code: 'resource-limit', message: `${message} It was ended, as its policy "${policy}" says.` },
          undefined,
          policy === 'immediate_kill' ? 0 : undefined,
        );
      case 'log':
      case 'alert':
      case 'throttle':
        this.#output?.write('stderr', `${message}\n`);
    }
  }

  /** From running to failed at once; what is left of the run is ended before anything else happens. */
  #breakDown(failure: WorkerFailure, ending: Ending | undefined, graceMs?: number): void {
    const ranForMs = this.#env.clock.now() - this.#runningSince;
    this.#fail(failure);
    void this.#queue.add(async () => {
      try {
        await this.#clear(graceMs);
      } catch (error) {
        this.#failure = this.#explain(error);
        this.#env.changed();
        return;
      }
      if (this.#state === 'failed' && ending) this.#decideNext(ending, ranForMs);
    });
  }

  #decideNext(ending: Ending, ranForMs: number): void {
    const { restart, profile } = this.#resolved.config;
    const now = this.#env.clock.now();
    const decision = decideRestart(restart, ending, {
      attempts: this.#attempts,
      ranForMs,
      restartTimes: this.#restartTimes,
      now,
      profile,
      random: this.#env.random?.() ?? 0.5,
    });
    if (decision.action === 'retry') {
      this.#attempts = decision.attempts;
      this.#restartTimes = [...this.#restartTimes.slice(1 - restartTimesKept), now];
      if (decision.why) this.#addToFailure(`Not restarted at once: ${decision.why}.`);
      this.#retryAt = this.#env.clock.now() + decision.delayMs;
      this.#cancelRetry = this.#env.clock.after(decision.delayMs, () => {
        this.#dropRetry();
        void this.#queue.add(async () => {
          if (this.#state !== 'failed') return;
          if (this.#wanted) await this.#takeWanted();
          if (this.#move('retry')) await this.#begin();
        });
      });
    } else if (decision.action === 'give-up' && decision.why) {
      this.#addToFailure(`Not restarted: ${decision.why}.`);
    }
    this.#env.changed();
  }

  #addToFailure(sentence: string): void {
    if (this.#failure) this.#failure = { ...this.#failure, message: `${this.#failure.message} ${sentence}` };
  }

  async #stop(): Promise<Outcome> {
    this.#dropRetry();
    // Running here: the stop was asked for while the start before it had not begun yet.
    if (this.#state === 'running' || (this.#state === 'failed' && !this.#run)) this.#move('stop');
    if (this.#state === 'failed' || this.#state === 'stopping') {
      try {
        await this.#clear();
      } catch (error) {
        this.#fail(this.#explain(error));
        return this.#outcome(false, this.#failure?.message ?? '');
      }
      this.#move(this.#state === 'failed' ? 'stop' : 'ended');
    }
    return this.#outcome(isAtRest(this.#state), `${this.id} is ${this.#state}.`);
  }

  /** Ends whatever is left of the run. Rejects when something cannot be ended; the run is kept for another attempt. */
  async #clear(graceMs = this.#resolved.config.gracefulTimeoutMs): Promise<void> {
    const run = this.#run;
    if (run) {
      if (this.#debugging) await this.endDebug().catch(() => undefined);
      await run.stop(graceMs);
    }
    this.#scope?.abort(new WorkerError({ code: 'exited', message: `The run of ${this.id} is over.` }));
    this.#run = undefined;
    this.#resources = null;
    this.#healthWatch = undefined;
    this.#health = 'unknown';
    this.#debugging = false;
    await this.#output?.close();
    this.#output = undefined;
    this.#unclaimed = undefined;
  }

  async #takeWanted(): Promise<void> {
    const wanted = this.#wanted;
    if (!wanted) return;
    await this.#worker.dispose();
    this.#wanted = undefined;
    this.#resolved = wanted;
    if (this.#schedule) {
      this.#dropSchedule();
      if (wanted.config.cron !== undefined) this.schedule();
    }
    this.#worker = this.#env.createWorker(wanted);
    this.#env.changed();
  }

  #fail(failure: WorkerFailure): void {
    this.#failure = failure;
    if (!this.#move('fault')) this.#env.changed();
  }

  /** False when the table does not move. */
  #move(event: WorkerEvent): boolean {
    const decision = next(this.#state, event);
    if (typeof decision === 'object' || decision === 'ignored') return false;
    this.#state = decision;
    this.#since = this.#env.clock.now();
    this.#env.changed();
    return true;
  }

  #dropRetry(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    if (this.#retryAt === null) return;
    this.#retryAt = null;
    this.#env.changed();
  }

  #dropSchedule(): void {
    if (!this.#schedule) return;
    this.#schedule.stop();
    this.#schedule = undefined;
    this.#env.changed();
  }

  #isRestartedAlways(): boolean {
    const { policy } = this.#resolved.config.restart;
    return policy === 'always' || policy === 'unless-stopped';
  }

  #endingOf(end: RunEnd): Ending {
    if (end.how === 'failure') return { kind: 'failure', code: end.failure.code };
    return end.code === 0 ? { kind: 'clean' } : { kind: 'failure', code: 'exited' };
  }

  #endFailure(end: RunEnd): WorkerFailure {
    if (end.how === 'failure') return end.failure;
    const how = end.signal ? `was ended by ${end.signal}` : `ended by itself with code ${end.code ?? 'unknown'}`;
    return { code: 'exited', message: `${this.id} ${how}; its log may tell why.` };
  }

  #startTimeout(ms: number): WorkerFailure {
    return {
      code: 'start-timeout',
      message: `${this.id} has not finished starting within ${ms / 1000} s: see its log, mend what it waits for, or raise "start_timeout".`,
    };
  }

  #stopped(): WorkerError {
    return new WorkerError({ code: 'exited', message: `${this.id} was stopped before it was running.` });
  }

  #explain(error: unknown): WorkerFailure {
    if (error instanceof WorkerError) return error.failure;
    const message = error instanceof Error ? error.message : String(error);
    const stack = error instanceof Error && error.stack ? { stack: error.stack } : {};
    return { code: 'internal', message: `${this.id} failed: ${message}`, ...stack };
  }

  #outcome(ok: boolean, message: string): Outcome {
    return { id: this.id, ok, message };
  }
}
