import { withProcess, type DebuggerConfiguration } from '../config/debugger-configuration.ts';
import type { ResolvedWorker } from '../config/deployment.ts';
import { isWithinStartupGrace, type Ending } from '../lifecycle/restart-policy.ts';
import type { Health, WorkerFailure, WorkerSnapshot } from '../lifecycle/worker-snapshot.ts';
import { isAtRest, next, type WorkerState } from '../lifecycle/worker-state.ts';
import type { Measurement } from '../histories.ts';
import type { DebugTarget, Outcome } from '../protocol.ts';
import type { Violation } from './check-limits.ts';
import type { Standing } from '../timelines.ts';
import { ConfiguredWorker } from './configured-worker.ts';
import type { ControllerEnvironment } from './controller-environment.ts';
import type { CurrentRun, StartFailure } from './current-run.ts';
import { inspectorTarget, type AwaitDebugger, type Debugging } from './debugging.ts';
import { NativePeril } from './native-peril.ts';
import { OperationQueue } from './operation-queue.ts';
import { Retries } from './retries.ts';
import { RunCounts, type SavedWorker } from './run-counts.ts';
import { endFailure, endingBy, endingOf, explainError, isContentWith, isFinal, stoppedTooEarly } from './run-end.ts';
import { executableOf, snapshotOf } from './snapshot-of.ts';
import { respondToViolation } from './violation-response.ts';
import { WorkerSchedule } from './worker-schedule.ts';
import { WorkerInstances } from './worker-instances.ts';
import { WorkerStatus } from './worker-status.ts';
import { WorkerError, type Run, type RunEnd, type SavedRun } from './worker.ts';

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
      resolved: this.inForce,
      isolation: this.#configured.worker.isolation,
      state: this.state,
      since: this.#status.since,
      health: this.#current.health,
      failure: this.#status.failure,
      run: this.#current.run,
      resources: this.#current.resources,
      limits: this.#current.limits,
      lastRun: this.#instances.lastRun,
      nextRun: this.#schedule.next,
      restarts: this.#counts.restarts,
      retryAt: this.#retries.at,
      debugging: this.#debugging.isOn,
      restartNeeded: this.#configured.restartNeeded,
      droppedLines: this.#env.droppedLines?.(this.id) ?? 0,
      mask: (text) => this.#env.mask?.(text) ?? text,
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

  /** Goes on where a former master left: takes the live run over, or starts a new one. */
  resume(saved: SavedWorker): Promise<Outcome> {
    this.recall(saved);
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
    const { discovery } = this.inForce.config;
    if (this.inForce.deployment.kind === 'unmanaged' && discovery?.canRestart !== true) {
      return this.#outcome(false, `${this.id} may not be restarted: it is only observed, and can_restart is not set.`);
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
  async debug({ fromStart }: { readonly fromStart: boolean }): Promise<DebugTarget> {
    const { debugger: other, deployment } = this.resolved;
    if (other && deployment.kind === 'process') return this.#debugByOther(other, fromStart);
    const address = fromStart ? await this.#startHeld() : await this.#debugging.attach(this.#runToDebug());
    return inspectorTarget(address, this.inForce, this.#current.run);
  }

  /** Opens the inspector for as long as `work` needs it, unless it is open anyway. */
  async inspect(work: (websocketAddress: string) => Promise<void>): Promise<void> {
    const wasOn = this.#debugging.isOn;
    const address = await this.#debugging.attach(this.#runToDebug());
    try {
      await work(address);
    } finally {
      if (!wasOn) await this.endDebug();
    }
  }

  endDebug(): Promise<void> {
    return this.#debugging.end(this.#current.run);
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

  #runToDebug(): Run {
    const { run } = this.#current;
    if (run && (this.state === 'running' || this.state === 'starting')) return run;
    const message = `${this.id} is ${this.state}, not running: start it, then debug it.`;
    throw new WorkerError({ code: 'internal', message });
  }

  /** No debugger but Node's own can be waited for: started anew, the worker runs until it is attached. */
  async #debugByOther(configuration: DebuggerConfiguration, fromStart: boolean): Promise<DebugTarget> {
    if (fromStart) {
      const { ok, message } = await this.restart();
      if (!ok) throw new Error(message);
    }
    const { pid } = this.#runToDebug();
    this.#debugging.attachOther();
    return { kind: 'process', pid, configuration: withProcess(configuration, pid) };
  }

  async #startHeld(): Promise<string> {
    const stopped = await this.stop();
    if (!stopped.ok) throw new Error(stopped.message);
    this.#retries.forget();
    return this.#debugging.holdStart((held) => this.#queue.add(() => this.#start(undefined, held)));
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
    const warning = this.#peril.warning(this.id);
    if (warning !== undefined) this.#current.note(warning);
    void run.over.then((end) => this.#onOver(run, end));
    this.#current.watch(run, {
      isRunning: () => this.state === 'running',
      health: (health, why) => this.#onHealth(health, why),
      violation: (violation) => this.#onViolation(violation),
    });
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
    this.#decideNext(ending?.kind === 'clean' ? ending : endingBy(failure), 0);
    return this.#failed();
  }

  /** A running worker's run is over by itself. */
  #onOver(run: Run, end: RunEnd): void {
    if (run !== this.#current.run || this.state !== 'running') return;
    const ending = endingOf(end);
    if (isContentWith(this.inForce, ending)) void this.#queue.add(() => this.#rest());
    else this.#breakDown(endFailure(this.id, end), isFinal(end) ? undefined : ending);
  }

  async #rest(): Promise<void> {
    if (this.state === 'running' && (await this.#clear())) this.#status.move('exited');
  }

  #onHealth(health: Health, why: string): void {
    const { restart } = this.inForce.config;
    if (health !== 'unhealthy' || restart.policy === 'never') return;
    if (isWithinStartupGrace(restart, this.#current.ranForMs)) return;
    const message = `${this.id} is unhealthy: ${why}. It is restarted as its restart policy says; its log may tell why.`;
    this.#breakDown({ code: 'unhealthy', message }, { kind: 'failure', code: 'unhealthy' });
  }

  /** Whether something was done about it. */
  #onViolation(violation: Violation): boolean {
    const response = respondToViolation(this.id, violation, this.inForce.config.restart, this.#current.ranForMs);
    if (response.action === 'ignore') return false;
    if (response.action === 'end') {
      if (response.raisesLimits) this.#current.raiseLimits();
      this.#breakDown(response.failure, response.ending, response.graceMs);
    } else {
      this.#current.note(response.line);
      if (response.action === 'alert') this.#env.alert?.(response.line);
      if (response.action === 'throttle') void this.#current.throttle();
    }
    return true;
  }

  /** From running to failed at once; what is left of the run is ended before anything else happens. */
  #breakDown(failure: WorkerFailure, ending: Ending | undefined, graceMs?: number): void {
    const instance = this.#instances.now;
    const { ranForMs } = instance.current;
    if (ending) this.#retries.expect(this.inForce, ending, ranForMs);
    this.#status.fail(failure);
    void this.#queue.add(async () => {
      // Meanwhile another may have taken its place.
      if (instance !== this.#instances.now) return;
      const isClear = await this.#clear(graceMs);
      if (isClear && this.state === 'failed' && ending) this.#decideNext(ending, ranForMs);
      else this.#retries.drop();
    });
  }

  #decideNext(ending: Ending, ranForMs: number): void {
    const more = this.#retries.plan(this.inForce, ending, ranForMs);
    if (more !== undefined) this.#status.addToFailure(more);
    this.#env.changed();
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
      if (!(await this.#clear(graceMs))) return this.#failed();
      this.#status.move(this.state === 'failed' ? 'stop' : 'ended');
    }
    return this.#outcome(isAtRest(this.state), `${this.id} is ${this.state}.`);
  }

  async #swap(): Promise<Outcome> {
    const refusal = this.#swapRefusal();
    if (refusal !== undefined) return this.#outcome(false, `${this.id} cannot be swapped: ${refusal}.`);
    const { failure, unended, movedTo } = await this.#instances.succeed({
      cancelled: this.state === 'stopping' ? stoppedTooEarly(this.id) : undefined,
      ready: (run) => {
        // The one before may have failed meanwhile.
        this.#status.move('retry');
        this.#becomeRunning(run);
      },
    });
    this.#env.changed();
    if (failure) {
      const why = unended ?? failure.failure.message;
      return this.#outcome(false, `${this.id} was not swapped, what ran goes on: ${why}`);
    }
    const where = movedTo === undefined ? '' : ` It is at ${movedTo} until it is restarted or swapped again.`;
    const rest = unended === undefined ? '' : ` The run before is not gone: ${unended}`;
    return this.#outcome(unended === undefined, `${this.id} runs anew.${where}${rest}`);
  }

  #swapRefusal(): string | undefined {
    if (this.state !== 'running') return `it is ${this.state}, not running; start it instead`;
    if (this.#debugging.isOn) return 'a debugger holds it; end its session, or restart it';
    if (this.resolved.config.run === 'once') return 'it runs once; start it again when it has ended';
    if (this.inForce.deployment.kind === 'unmanaged' || this.resolved.deployment.kind === 'unmanaged') {
      return 'it is not run by this master, only observed';
    }
    return undefined;
  }

  /** Ends whatever is left of the worker; false when something cannot be ended, which then is the worker's failure. */
  async #clear(graceMs = this.inForce.config.gracefulTimeoutMs): Promise<boolean> {
    try {
      await this.#instances.clear(graceMs);
      return true;
    } catch (error) {
      this.#status.fail(explainError(this.id, error));
      return false;
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
