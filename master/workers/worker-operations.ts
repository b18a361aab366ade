import type { Outcome } from '../protocol.ts';
import type { WorkerFailure } from '../lifecycle/worker-snapshot.ts';
import { isAtRest, next } from '../lifecycle/worker-state.ts';
import { Breakdowns } from './breakdowns.ts';
import type { StartFailure } from './current-run.ts';
import type { AwaitDebugger } from './debugging.ts';
import type { OperationQueue } from './operation-queue.ts';
import type { SavedWorker } from './run-counts.ts';
import { endingBy, explainError, isContentWith, stoppedTooEarly } from './run-end.ts';
import { executableOf } from './snapshot-of.ts';
import { swapOutcome, swapRefusal } from './swap.ts';
import type { WorkerInstance } from './worker-instances.ts';
import type { WorkerParts } from './worker-parts.ts';
import type { Run, SavedRun } from './worker.ts';

/** What an operation came to, for people. */
export type Result = Omit<Outcome, 'id'>;

/** What is done with one worker and moves its state. Each of these has its turn in the queue: no two go on at once. */
export class WorkerOperations {
  readonly #parts: WorkerParts;
  readonly #breakdowns: Breakdowns;
  #mayStart = true;

  constructor(parts: WorkerParts, queue: OperationQueue) {
    this.#parts = parts;
    this.#breakdowns = new Breakdowns({
      ...parts,
      queue,
      clear: async (graceMs) => (await this.#clear(graceMs)) !== undefined,
    });
  }

  get #now(): WorkerInstance {
    return this.#parts.instances.now;
  }

  /** Nobody would end what is started from now on. */
  startNoMore(): void {
    this.#mayStart = false;
  }

  async initialize(): Promise<void> {
    const { id, status } = this.#parts;
    // What could not be ended is still to be stopped.
    if (this.#now.current.run || !status.move('initialize')) return;
    try {
      await this.#now.configured.worker.prepare();
      status.move('prepared');
    } catch (error) {
      status.fail(explainError(id, error));
    }
  }

  /** Takes a former master's run over where it lives, or starts a new one. */
  async resume(saved: SavedWorker): Promise<Result> {
    const { id, env, peril } = this.#parts;
    const { inForce, worker } = this.#now.configured;
    if (saved.peril && worker.isolation === 'native') {
      const failure = peril.recall(id, executableOf(inForce.deployment), saved.peril, env.clock.now());
      if (failure) return this.#holdBack(failure);
    }
    // The former master may have ended between the begin of a run and the note of it.
    const abandoned = saved.wanted ? [saved.runs + 1, saved.runs] : [];
    return this.start(saved.run ?? (await worker.findAbandoned?.(abandoned)));
  }

  async start(saved?: SavedRun, awaitDebugger?: AwaitDebugger): Promise<Result> {
    const { id, retries, status } = this.#parts;
    retries.drop();
    if (!this.#mayStart) return { ok: false, message: `${id} is not started: it was removed, or its master ends.` };
    // A former stop left something alive that could not be ended then.
    if (isAtRest(status.state) && this.#now.current.run && !(await this.#clear())) return this.#failed();
    if (isAtRest(status.state)) await this.takeWanted();
    if (status.state === 'uninitialized') status.move('initialize');
    if (status.state === 'initializing') status.move('prepared');
    const decision = next(status.state, 'start');
    if (typeof decision === 'object') return { ok: false, message: `${id} ${decision.refused}.` };
    if (decision === 'ignored') return { ok: true, message: `${id} is ${status.state} already.` };
    status.move('start');
    return this.#begin(saved, awaitDebugger);
  }

  async retry(): Promise<void> {
    const { retries, status } = this.#parts;
    if (status.state !== 'failed') return;
    await this.takeWanted();
    const isRetried = status.move('retry');
    retries.drop();
    if (isRetried) await this.#begin();
  }

  /** Without `graceMs` the worker has the time that its configuration gives it to end by itself. */
  async stop(graceMs: number | undefined): Promise<Result> {
    const { id, retries, status } = this.#parts;
    retries.drop();
    // Running here: the stop was asked for while the start before it had not begun yet.
    if (status.state === 'running' || (status.state === 'failed' && !this.#now.current.run)) status.move('stop');
    if (status.state === 'failed' || status.state === 'stopping') {
      const cleared = await this.#clear(graceMs);
      if (!cleared) return this.#failed();
      status.move(status.state === 'failed' ? 'stop' : 'ended');
      if (cleared.spared !== undefined) return { ok: true, message: `${id} is stopped, but ${cleared.spared}.` };
    }
    return { ok: isAtRest(status.state), message: `${id} is ${status.state}.` };
  }

  async swap(): Promise<Result> {
    const { id, env, instances, status } = this.#parts;
    const { configured, debugging } = this.#now;
    const { inForce, next: resolved } = configured;
    const refusal = swapRefusal({ state: status.state, inForce, resolved }, debugging.isOn);
    if (refusal !== undefined) return { ok: false, message: `${id} cannot be swapped: ${refusal}.` };
    const succession = await instances.succeed({
      cancelled: this.#cancelled,
      ready: (run) => {
        // The one before may have failed meanwhile.
        status.move('retry');
        this.#becomeRunning(run);
      },
    });
    env.changed();
    return swapOutcome(id, succession);
  }

  /** Puts the wanted configuration in force. */
  async takeWanted(): Promise<void> {
    const { env, schedule } = this.#parts;
    const { configured } = this.#now;
    if (!(await configured.takeWanted())) return;
    schedule.follow(configured.inForce.config.cron);
    env.changed();
  }

  /** Why what is begun now is cancelled at once: a stop has been asked for meanwhile. */
  get #cancelled() {
    return this.#parts.status.state === 'stopping' ? stoppedTooEarly(this.#parts.id) : undefined;
  }

  /** Fails without having been started. */
  #holdBack(failure: WorkerFailure): Result {
    const { counts, status } = this.#parts;
    counts.settle();
    for (const event of ['initialize', 'prepared', 'start'] as const) status.move(event);
    status.fail(failure);
    return this.#failed();
  }

  /** One attempt, from `starting` to running, failed or stopped. */
  async #begin(saved?: SavedRun, awaitDebugger?: AwaitDebugger): Promise<Result> {
    const failure = await this.#now.current.start({
      saved,
      awaitDebugger,
      cancelled: this.#cancelled,
      ready: (run) => this.#becomeRunning(run),
    });
    return failure ? this.#abandonStart(failure) : { ok: true, message: `${this.#parts.id} is running.` };
  }

  #becomeRunning(run: Run): void {
    const { id, peril, status } = this.#parts;
    status.succeed();
    const warning = peril.nextWarning(id);
    if (warning !== undefined) this.#now.current.note(warning);
    this.#breakdowns.watch(run);
  }

  async #abandonStart({ failure, ending }: StartFailure): Promise<Result> {
    const { id, status } = this.#parts;
    if (!(await this.#clear())) return this.#failed();
    if (status.state === 'stopping') {
      status.move('ended');
      return { ok: false, message: stoppedTooEarly(id).message };
    }
    if (ending && isContentWith(this.#now.configured.inForce, ending)) {
      status.move('exited');
      return { ok: true, message: `${id} ended by itself with code 0.` };
    }
    status.fail(failure);
    this.#breakdowns.decideNext(ending?.kind === 'clean' ? ending : endingBy(failure), 0);
    return this.#failed();
  }

  /** Ends whatever is left of the worker; undefined when something cannot be ended, which then is its failure. */
  async #clear(graceMs?: number): Promise<{ spared: string | undefined } | undefined> {
    const { id, instances, status } = this.#parts;
    try {
      return { spared: await instances.clear(graceMs ?? this.#now.configured.inForce.config.gracefulTimeoutMs) };
    } catch (error) {
      status.fail(explainError(id, error));
      return undefined;
    }
  }

  #failed(): Result {
    return { ok: false, message: this.#parts.status.failure?.message ?? '' };
  }
}
