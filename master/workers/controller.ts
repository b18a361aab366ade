import type { ResolvedWorker } from '../config/deployment.ts';
import type { WorkerFailure, WorkerSnapshot } from '../lifecycle/worker-snapshot.ts';
import { isAtRest, next, type WorkerState } from '../lifecycle/worker-state.ts';
import type { Measurement } from '../histories.ts';
import type { DebugTarget, Outcome } from '../protocol.ts';
import type { Standing } from '../timelines.ts';
import { Breakdowns } from './breakdowns.ts';
import { ConfiguredWorker } from './configured-worker.ts';
import type { ControllerEnvironment } from './controller-environment.ts';
import type { CurrentRun, StartFailure } from './current-run.ts';
import { DebugAccess } from './debug-access.ts';
import type { AwaitDebugger, Debugging } from './debugging.ts';
import { NativePeril } from './native-peril.ts';
import { OperationQueue } from './operation-queue.ts';
import { Retries } from './retries.ts';
import { RunCounts, type SavedWorker } from './run-counts.ts';
import { endFailure, endingBy, endingOf, explainError, isContentWith, stoppedTooEarly } from './run-end.ts';
import { executableOf, snapshotOf } from './snapshot-of.ts';
import { swapOutcome, swapRefusal } from './swap.ts';
import { WorkerSchedule } from './worker-schedule.ts';
import { WorkerInstances } from './worker-instances.ts';
import { WorkerStatus } from './worker-status.ts';
import type { Run, SavedRun } from './worker.ts';

/** Drives one worker through the state table, one operation at a time. */
export class WorkerController {
  readonly id: string;
  readonly #env: ControllerEnvironment;
  readonly #queue = new OperationQueue();
  readonly #status: WorkerStatus;
  readonly #counts = new RunCounts();
  readonly #peril = new NativePeril();
  readonly #retries: Retries;
  readonly #schedule: WorkerSchedule;
  readonly #instances: WorkerInstances;
  readonly #breakdowns: Breakdowns;
  readonly #debugger: DebugAccess;

  constructor(resolved: ResolvedWorker, env: ControllerEnvironment) {
    this.id = resolved.config.id;
    this.#env = env;
    const changed = () => env.changed();
    this.#status = new WorkerStatus(env.clock, changed);
    const configured = new ConfiguredWorker(resolved, (wanted) => env.createWorker(wanted));
    this.#instances = new WorkerInstances(configured, { id: this.id, env, counts: this.#counts });
    this.#retries = new Retries(env, () => void this.#queue.add(() => this.#retry()));
    this.#schedule = new WorkerSchedule(env, () => {
      if (isAtRest(this.state)) void this.#startByRequest();
    });
    this.#breakdowns = new Breakdowns({
      id: this.id,
      env,
      queue: this.#queue,
      status: this.#status,
      retries: this.#retries,
      instances: this.#instances,
      clear: async (graceMs) => (await this.#clear(graceMs)) !== undefined,
    });
    this.#debugger = new DebugAccess(
      this,
      () => this.#debugging,
      (held) => {
        this.#retries.forget();
        return this.#queue.add(() => this.#start(undefined, held));
      },
    );
  }

  get #configured(): ConfiguredWorker {
    return this.#instances.now.configured;
  }

  get #current(): CurrentRun {
    return this.#instances.now.current;
  }

  get #debugging(): Debugging {
    return this.#instances.now.debugging;
  }

  get state(): WorkerState {
    return this.#status.state;
  }

  /** The run in progress; undefined between runs. */
  get run(): Run | undefined {
    return this.#current.run;
  }

  /** It was not started, because what it depends on failed. */
  get failedByDependency(): boolean {
    return this.state === 'failed' && this.#status.failure?.code === 'dependency';
  }

  /** The configuration that runs, or ran last. */
  get inForce(): ResolvedWorker {
    return this.#configured.inForce;
  }

  /** The configuration in force after the next start. */
  get resolved(): ResolvedWorker {
    return this.#configured.next;
  }

  snapshot(): WorkerSnapshot {
    return snapshotOf({
      id: this.id,
      env: this.#env,
      instances: this.#instances,
      status: this.#status,
      counts: this.#counts,
      retries: this.#retries,
      schedule: this.#schedule,
    });
  }

  get standing(): Standing {
    const { state } = this;
    const { failure, since } = this.#status;
    const cause = state === 'failed' && failure ? (this.#env.mask?.(failure.message) ?? failure.message) : null;
    return { id: this.id, type: this.inForce.config.type, state, since, cause };
  }

  saved(): SavedWorker {
    const isUp = this.state === 'starting' || this.state === 'running';
    const isWanted = isUp || this.#retries.isExpected || this.#schedule.isOn;
    const saved = this.#counts.saved(isWanted, this.#current.run?.saved());
    const isInside = this.#configured.worker.isolation === 'native' && (isUp || this.state === 'stopping');
    return isInside ? { ...saved, peril: this.#peril.note(this.#status.since) } : saved;
  }

  /** Checks the worker without running it. Its failure is its state's, not this promise's. */
  initialize(): Promise<void> {
    return this.#queue.add(() => this.#initialize());
  }

  /** Goes on counting where a former master left, so that no count of a worker ever goes down. */
  recall(saved: SavedWorker): void {
    this.#counts.recall(saved);
  }

  /**
   * Goes on where a former master left: takes the live run over, or starts a new one. `death`: what that one died of, which
   * the modules that were in it are told.
   */
  resume(saved: SavedWorker, death?: string): Promise<Outcome> {
    this.recall(saved);
    if (death !== undefined && this.inForce.deployment.kind === 'module') this.#peril.tell(death);
    if (this.inForce.config.cron !== undefined) {
      const scheduled = this.schedule();
      if (!saved.run) return Promise.resolve(scheduled);
    }
    return this.#queue.add(async () => {
      const { peril } = saved;
      if (peril && this.#configured.worker.isolation === 'native') {
        const failure = this.#peril.recall(
          this.id,
          executableOf(this.inForce.deployment),
          peril,
          this.#env.clock.now(),
        );
        if (failure) return this.#holdBack(failure);
      }
      // The former master may have ended between the begin of a run and the note of it.
      const abandoned = saved.wanted ? [saved.runs + 1, saved.runs] : [];
      return this.#start(saved.run ?? (await this.#configured.worker.findAbandoned?.(abandoned)));
    });
  }

  /** Resolves when the worker runs; for one that runs once, when it has done its work. */
  async start(): Promise<Outcome> {
    if (this.resolved.config.cron !== undefined) this.schedule();
    const started = await this.#startByRequest();
    const { run } = this.#current;
    if (!started.ok || !run || this.inForce.config.run === 'service') return started;
    const end = await run.over;
    // What the end leads to was put into the queue before this.
    await this.#queue.add(() => Promise.resolve());
    if (endingOf(end).kind === 'clean') return this.#outcome(true, `${this.id} has finished.`);
    return this.#outcome(false, endFailure(this.id, end).message);
  }

  /** Starts the worker at the times of its schedule from now on; a time at which it still runs is passed over. */
  schedule(): Outcome {
    const { cron } = this.resolved.config;
    if (cron === undefined) return this.#outcome(false, `${this.id} has no schedule.`);
    return this.#outcome(true, `${this.id} runs ${this.#schedule.keep(cron)}.`);
  }

  /**
   * Resolves when nothing of the worker is left. Cancels a start or a retry that is under way. Without `graceMs` the
   * worker has the time that its configuration gives it to end by itself.
   */
  stop(graceMs?: number): Promise<Outcome> {
    this.#retries.drop();
    this.#schedule.drop();
    if (this.state === 'starting' || this.state === 'running') {
      const starting = this.state === 'starting';
      this.#status.move('stop');
      if (starting) this.#current.cancelStart(stoppedTooEarly(this.id));
    }
    this.#instances.cancelSuccession(stoppedTooEarly(this.id));
    return this.#queue.add(() => this.#stop(graceMs));
  }

  /** `force`: ends the worker at once instead of asking it first. */
  async restart({ force = false }: { readonly force?: boolean } = {}): Promise<Outcome> {
    const missing = this.#configured.missingForRestart;
    if (missing !== undefined) {
      return this.#outcome(false, `${this.id} may not be restarted: it is only observed, and ${missing} is not set.`);
    }
    const stopped = await this.stop(force ? 0 : undefined);
    return stopped.ok ? this.start() : stopped;
  }

  /**
   * Puts a fresh run, with the newest configuration, in the place of the one that runs, without a gap: it starts beside
   * it, where need be on a port of its own, and takes its place when it is ready. When its start fails, the one that
   * runs goes on.
   */
  swap(): Promise<Outcome> {
    return this.#queue.add(() => this.#swap());
  }

  /**
   * Takes a changed configuration. At rest it is in force at once; a running worker is not disturbed, its snapshot
   * says that a restart is needed.
   */
  replace(resolved: ResolvedWorker): Promise<void> {
    if (!this.#configured.want(resolved)) return Promise.resolve();
    this.#env.changed();
    // What could not be ended still runs as it was.
    const rests = () => isAtRest(this.state) && !this.#current.run;
    if (!rests() || !this.#configured.isChanged) return Promise.resolve();
    return this.#queue.add(async () => {
      if (!rests()) return;
      await this.#takeWanted();
      await this.#initialize();
    });
  }

  /**
   * Opens the inspector and stops the worker's clocks. With `fromStart` the worker is started anew and held before
   * its first line until the debugger attaches.
   */
  debug(options: { readonly fromStart: boolean }): Promise<DebugTarget> {
    return this.#debugger.debug(options);
  }

  /** Opens the inspector for as long as `work` needs it, unless it is open anyway. */
  async inspect(work: (websocketAddress: string) => Promise<void>): Promise<void> {
    await this.#debugger.inspect(work).finally(() => this.followOutput());
  }

  async endDebug(): Promise<void> {
    await this.#debugger.end();
    this.followOutput();
  }

  /** Its output waits for those who read it, or waits no longer. */
  followOutput(): void {
    this.#current.followOutput();
  }

  /** Whether it is held until its output was read. */
  get isHeld(): boolean {
    return this.#current.isHeld;
  }

  /** Whether it can be made to wait until its output was read. */
  get canBeHeld(): boolean {
    return this.#configured.worker.canBeHeld ?? false;
  }

  /** Measures what the worker uses now; the next snapshots show it. Undefined when it does not run, or no more. */
  async measure(): Promise<Measurement | undefined> {
    return this.state === 'running' ? this.#current.measure() : undefined;
  }

  /**
   * Stops the worker, in no more than `atMostMs` if it ends by itself at all, and releases what it holds; the controller
   * is of no use afterwards.
   */
  async dispose(atMostMs = Infinity): Promise<Outcome> {
    const outcome = await this.stop(Math.min(this.inForce.config.gracefulTimeoutMs, atMostMs));
    await this.#queue.add(() => this.#configured.worker.dispose());
    return outcome;
  }

  async #initialize(): Promise<void> {
    // What could not be ended is still to be stopped.
    if (this.#current.run || !this.#status.move('initialize')) return;
    try {
      await this.#configured.worker.prepare();
      this.#status.move('prepared');
    } catch (error) {
      this.#status.fail(explainError(this.id, error));
    }
  }

  /** Fails without having been started. */
  #holdBack(failure: WorkerFailure): Outcome {
    this.#counts.settle();
    for (const event of ['initialize', 'prepared', 'start'] as const) this.#status.move(event);
    this.#status.fail(failure);
    return this.#failed();
  }

  #startByRequest(): Promise<Outcome> {
    this.#retries.forget();
    this.#peril.forget();
    return this.#queue.add(() => this.#start());
  }

  async #start(saved?: SavedRun, awaitDebugger?: AwaitDebugger): Promise<Outcome> {
    this.#retries.drop();
    // A former stop left something alive that could not be ended then.
    if (isAtRest(this.state) && this.#current.run && !(await this.#clear())) return this.#failed();
    if (isAtRest(this.state)) await this.#takeWanted();
    if (this.state === 'uninitialized') this.#status.move('initialize');
    if (this.state === 'initializing') this.#status.move('prepared');
    const decision = next(this.state, 'start');
    if (typeof decision === 'object') return this.#outcome(false, `${this.id} ${decision.refused}.`);
    if (decision === 'ignored') return this.#outcome(true, `${this.id} is ${this.state} already.`);
    this.#status.move('start');
    return this.#begin(saved, awaitDebugger);
  }

  /** One attempt, from `starting` to running, failed or stopped. */
  async #begin(saved?: SavedRun, awaitDebugger?: AwaitDebugger): Promise<Outcome> {
    const failure = await this.#current.start({
      saved,
      awaitDebugger,
      cancelled: this.state === 'stopping' ? stoppedTooEarly(this.id) : undefined,
      ready: (run) => this.#becomeRunning(run),
    });
    return failure ? this.#abandonStart(failure) : this.#outcome(true, `${this.id} is running.`);
  }

  #becomeRunning(run: Run): void {
    this.#status.succeed();
    const warning = this.#peril.nextWarning(this.id);
    if (warning !== undefined) this.#current.note(warning);
    this.#breakdowns.watch(run);
  }

  async #abandonStart({ failure, ending }: StartFailure): Promise<Outcome> {
    if (!(await this.#clear())) return this.#failed();
    if (this.state === 'stopping') {
      this.#status.move('ended');
      return this.#outcome(false, stoppedTooEarly(this.id).message);
    }
    if (ending && isContentWith(this.inForce, ending)) {
      this.#status.move('exited');
      return this.#outcome(true, `${this.id} ended by itself with code 0.`);
    }
    this.#status.fail(failure);
    this.#breakdowns.decideNext(ending?.kind === 'clean' ? ending : endingBy(failure), 0);
    return this.#failed();
  }

  async #retry(): Promise<void> {
    if (this.state !== 'failed') return;
    await this.#takeWanted();
    const isRetried = this.#status.move('retry');
    this.#retries.drop();
    if (isRetried) await this.#begin();
  }

  async #stop(graceMs: number | undefined): Promise<Outcome> {
    this.#retries.drop();
    // Running here: the stop was asked for while the start before it had not begun yet.
    if (this.state === 'running' || (this.state === 'failed' && !this.#current.run)) this.#status.move('stop');
    if (this.state === 'failed' || this.state === 'stopping') {
      const cleared = await this.#clear(graceMs);
      if (!cleared) return this.#failed();
      this.#status.move(this.state === 'failed' ? 'stop' : 'ended');
      if (cleared.spared !== undefined) return this.#outcome(true, `${this.id} is stopped, but ${cleared.spared}.`);
    }
    return this.#outcome(isAtRest(this.state), `${this.id} is ${this.state}.`);
  }

  async #swap(): Promise<Outcome> {
    const refusal = swapRefusal(this, this.#debugging.isOn);
    if (refusal !== undefined) return this.#outcome(false, `${this.id} cannot be swapped: ${refusal}.`);
    const succession = await this.#instances.succeed({
      cancelled: this.state === 'stopping' ? stoppedTooEarly(this.id) : undefined,
      ready: (run) => {
        // The one before may have failed meanwhile.
        this.#status.move('retry');
        this.#becomeRunning(run);
      },
    });
    this.#env.changed();
    const { ok, message } = swapOutcome(this.id, succession);
    return this.#outcome(ok, message);
  }

  /** Ends whatever is left of the worker; undefined when something cannot be ended, which then is its failure. */
  async #clear(graceMs = this.inForce.config.gracefulTimeoutMs): Promise<{ spared: string | undefined } | undefined> {
    try {
      return { spared: await this.#instances.clear(graceMs) };
    } catch (error) {
      this.#status.fail(explainError(this.id, error));
      return undefined;
    }
  }

  async #takeWanted(): Promise<void> {
    if (!(await this.#configured.takeWanted())) return;
    this.#schedule.follow(this.inForce.config.cron);
    this.#env.changed();
  }

  #failed(): Outcome {
    return this.#outcome(false, this.#status.failure?.message ?? '');
  }

  #outcome(ok: boolean, message: string): Outcome {
    return { id: this.id, ok, message: this.#env.mask?.(message) ?? message };
  }
}
