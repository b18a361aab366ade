import type { ResolvedWorker } from '../config/deployment.ts';
import type { ToldSnapshot } from '../lifecycle/told-snapshot.ts';
import { isAtRest, type WorkerState } from '../lifecycle/worker-state.ts';
import type { Measurement } from '../histories.ts';
import type { DebugTarget, Outcome } from '../protocol.ts';
import type { Standing } from '../timelines.ts';
import { ConfiguredWorker } from './configured-worker.ts';
import type { ControllerEnvironment } from './controller-environment.ts';
import type { CurrentRun } from './current-run.ts';
import { DebugAccess } from './debug-access.ts';
import { NativePeril } from './native-peril.ts';
import { OperationQueue } from './operation-queue.ts';
import { Retries } from './retries.ts';
import { RunCounts, type SavedWorker } from './run-counts.ts';
import { endFailure, endingOf, stoppedTooEarly } from './run-end.ts';
import { snapshotOf } from './snapshot-of.ts';
import { WorkerInstances } from './worker-instances.ts';
import { WorkerOperations, type Result } from './worker-operations.ts';
import type { WorkerParts } from './worker-parts.ts';
import { WorkerSchedule } from './worker-schedule.ts';
import { WorkerStatus } from './worker-status.ts';
import type { Run } from './worker.ts';

/** One worker as its master sees it: takes what is wanted of it, at any time, and puts each operation in the queue. */
export class WorkerController {
  readonly id: string;
  readonly #parts: WorkerParts;
  readonly #queue = new OperationQueue();
  readonly #operations: WorkerOperations;
  readonly #debugger: DebugAccess;
  /** The stop with which a restart began, until its start is in the queue. */
  #restarting: Promise<Outcome> | undefined;

  constructor(resolved: ResolvedWorker, env: ControllerEnvironment) {
    const { id } = resolved.config;
    this.id = id;
    const counts = new RunCounts();
    const configured = new ConfiguredWorker(resolved, (wanted) => env.createWorker(wanted));
    this.#parts = {
      id,
      env,
      counts,
      status: new WorkerStatus(env.clock, () => env.changed()),
      instances: new WorkerInstances(configured, { id, env, counts }),
      peril: new NativePeril(),
      retries: new Retries(env, () => void this.#queue.add(() => this.#operations.retry())),
      schedule: new WorkerSchedule(env, () => {
        if (isAtRest(this.state)) void this.#startByRequest();
      }),
    };
    this.#operations = new WorkerOperations(this.#parts, this.#queue);
    this.#debugger = new DebugAccess(
      this,
      () => this.#parts.instances.now.debugging,
      (held) => {
        this.#parts.retries.forget();
        return this.#inTurn(() => this.#operations.start(undefined, held));
      },
    );
  }

  get #configured(): ConfiguredWorker {
    return this.#parts.instances.now.configured;
  }

  get #current(): CurrentRun {
    return this.#parts.instances.now.current;
  }

  get state(): WorkerState {
    return this.#parts.status.state;
  }

  /** The run in progress; undefined between runs. */
  get run(): Run | undefined {
    return this.#current.run;
  }

  /** It was not started, because what it depends on failed. */
  get failedByDependency(): boolean {
    return this.state === 'failed' && this.#parts.status.failure?.code === 'dependency';
  }

  /** The configuration that runs, or ran last. */
  get inForce(): ResolvedWorker {
    return this.#configured.inForce;
  }

  /** The configuration in force after the next start. */
  get resolved(): ResolvedWorker {
    return this.#configured.next;
  }

  /** All but who else is in its module host: that the others tell. */
  snapshot(): ToldSnapshot {
    return snapshotOf(this.#parts);
  }

  get standing(): Standing {
    const { state } = this;
    const { failure, since } = this.#parts.status;
    const cause = state === 'failed' && failure ? this.#mask(failure.message) : null;
    return { id: this.id, type: this.inForce.config.type, state, since, cause };
  }

  saved(): SavedWorker {
    const { counts, instances, peril, retries, schedule, status } = this.#parts;
    const isUp = this.state === 'starting' || this.state === 'running';
    const isWanted = isUp || retries.isExpected || schedule.isOn;
    const last = instances.lastRun;
    const saved = { ...counts.saved(isWanted, this.#current.run?.saved()), ...(last ? { last } : {}) };
    const isInside = this.#configured.worker.isolation === 'native' && (isUp || this.state === 'stopping');
    return isInside ? { ...saved, peril: peril.note(status.since) } : saved;
  }

  /** Checks the worker without running it. Its failure is its state's, not this promise's. */
  initialize(): Promise<void> {
    return this.#queue.add(() => this.#operations.initialize());
  }

  /** Goes on counting where a former master left, so that no count of a worker ever goes down, and its latest run is told. */
  recall(saved: SavedWorker): void {
    this.#parts.counts.recall(saved);
    this.#parts.instances.recall(saved.last);
  }

  /**
   * Goes on where a former master left: takes the live run over, or starts a new one. `death`: what that one died of, which
   * the modules that were in it are told.
   */
  resume(saved: SavedWorker, death?: string): Promise<Outcome> {
    this.recall(saved);
    if (death !== undefined && this.inForce.deployment.kind === 'module') this.#parts.peril.tell(death);
    if (this.inForce.config.cron !== undefined) {
      const scheduled = this.schedule();
      if (!saved.run) return Promise.resolve(scheduled);
    }
    return this.#inTurn(() => this.#operations.resume(saved));
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
    if (endingOf(end).kind === 'clean') return this.#outcome({ ok: true, message: `${this.id} has finished.` });
    return this.#outcome({ ok: false, message: endFailure(this.id, end).message });
  }

  /** Starts the worker at the times of its schedule from now on; a time at which it still runs is passed over. */
  schedule(): Outcome {
    const { cron } = this.resolved.config;
    if (cron === undefined) return this.#outcome({ ok: false, message: `${this.id} has no schedule.` });
    return this.#outcome({ ok: true, message: `${this.id} runs ${this.#parts.schedule.keep(cron)}.` });
  }

  /**
   * Resolves when nothing of the worker is left. Cancels a start or a retry that is under way. Without `graceMs` the
   * worker has the time that its configuration gives it to end by itself.
   */
  stop(graceMs?: number): Promise<Outcome> {
    this.#restarting = undefined;
    return this.#stopOnce(graceMs);
  }

  #stopOnce(graceMs?: number): Promise<Outcome> {
    const { instances, retries, schedule, status } = this.#parts;
    retries.drop();
    schedule.drop();
    if (this.state === 'starting' || this.state === 'running') {
      const starting = this.state === 'starting';
      status.move('stop');
      if (starting) this.#current.cancelStart(stoppedTooEarly(this.id));
    }
    instances.cancelSuccession(stoppedTooEarly(this.id));
    return this.#inTurn(() => this.#operations.stop(graceMs));
  }

  /** `force`: ends the worker at once instead of asking it first. */
  async restart({ force = false }: { readonly force?: boolean } = {}): Promise<Outcome> {
    const missing = this.#configured.missingForRestart;
    if (missing !== undefined) {
      const message = `${this.id} may not be restarted: it is only observed, and ${missing} is not set.`;
      return this.#outcome({ ok: false, message });
    }
    const stopping = this.#stopOnce(force ? 0 : undefined);
    this.#restarting = stopping;
    const stopped = await stopping;
    // Who asked for a stop since then means it.
    const isWanted = this.#restarting !== undefined;
    if (this.#restarting === stopping) this.#restarting = undefined;
    return stopped.ok && isWanted ? this.start() : stopped;
  }

  /**
   * Puts a fresh run, with the newest configuration, in the place of the one that runs, without a gap: it starts beside
   * it, where need be on a port of its own, and takes its place when it is ready. When its start fails, the one that
   * runs goes on. In the middle of a restart it takes the place of what that one starts.
   */
  swap(): Promise<Outcome> {
    return this.#restarting?.then(() => this.swap()) ?? this.#inTurn(() => this.#operations.swap());
  }

  /**
   * Takes a changed configuration. At rest it is in force at once; a running worker is not disturbed, its snapshot
   * says that a restart is needed.
   */
  replace(resolved: ResolvedWorker): Promise<void> {
    if (!this.#configured.want(resolved)) return Promise.resolve();
    this.#parts.env.changed();
    // What could not be ended still runs as it was.
    const rests = () => isAtRest(this.state) && !this.#current.run;
    if (!rests() || !this.#configured.isChanged) return Promise.resolve();
    return this.#queue.add(async () => {
      if (!rests()) return;
      await this.#operations.takeWanted();
      await this.#operations.initialize();
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

  /** Which module host it shares with others, while it starts or runs there. */
  get host(): number | undefined {
    return this.#current.host;
  }

  /** A debugger holds it. */
  get isDebugged(): boolean {
    return this.#parts.instances.now.debugging.isOn;
  }

  /** Its clocks stand still while a debugger holds another in its module host, for then nothing goes on there. */
  standWith(isHeld: boolean): void {
    this.#current.standWith(isHeld);
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
    this.#operations.startNoMore();
    const outcome = await this.stop(Math.min(this.inForce.config.gracefulTimeoutMs, atMostMs));
    await this.#queue.add(() => this.#configured.worker.dispose());
    return outcome;
  }

  #startByRequest(): Promise<Outcome> {
    this.#parts.retries.forget();
    this.#parts.peril.forget();
    return this.#inTurn(() => this.#operations.start());
  }

  #inTurn(operation: () => Promise<Result>): Promise<Outcome> {
    return this.#queue.add(async () => this.#outcome(await operation()));
  }

  #outcome({ ok, message }: Result): Outcome {
    return { id: this.id, ok, message: this.#mask(message) };
  }

  #mask(text: string): string {
    return this.#parts.env.mask?.(text) ?? text;
  }
}
