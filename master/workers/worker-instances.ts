import type { LastRun } from '../lifecycle/worker-snapshot.ts';
import type { ConfiguredWorker } from './configured-worker.ts';
import type { ControllerEnvironment } from './controller-environment.ts';
import { CurrentRun, type StartFailure } from './current-run.ts';
import { Debugging } from './debugging.ts';
import type { RunCounts } from './run-counts.ts';
import { HeldClocks } from './held-clocks.ts';
import { explainError } from './run-end.ts';
import type { Run, WorkerError } from './worker.ts';

/** A run of a worker with all that belongs to it. */
export interface WorkerInstance {
  readonly configured: ConfiguredWorker;
  readonly debugging: Debugging;
  readonly current: CurrentRun;
}

interface InstancesParts {
  readonly id: string;
  readonly env: ControllerEnvironment;
  readonly counts: RunCounts;
}

interface SuccessionRequest {
  /** Why it is cancelled before it begins. */
  readonly cancelled: WorkerError | undefined;
  /** Called in the moment in which the fresh run has the place. */
  readonly ready: (run: Run) => void;
}

export interface Succession {
  /** Why the fresh run came to nothing: then the one before still has its place. */
  readonly failure?: StartFailure | undefined;
  /** Why the run that is not needed any more cannot be ended. */
  readonly unended?: string | undefined;
  /** Where the fresh run is, when that is not where the configuration says. */
  readonly movedTo?: string | undefined;
}

/** The instance of a worker; a second one only while one takes the place of the other, or cannot be ended afterwards. */
export class WorkerInstances {
  readonly #parts: InstancesParts;
  #now: WorkerInstance;
  #successor: WorkerInstance | undefined;
  /** Could not be ended when they were not needed any more. */
  #unended: readonly WorkerInstance[] = [];
  /** How the newest run that another took the place of ended. */
  #lastRun: LastRun | null = null;

  constructor(configured: ConfiguredWorker, parts: InstancesParts) {
    this.#parts = parts;
    this.#now = this.#instanceOf(configured);
  }

  get now(): WorkerInstance {
    return this.#now;
  }

  /** How the newest run that is over ended. */
  get lastRun(): LastRun | null {
    return this.#now.current.last ?? this.#lastRun;
  }

  /** How the newest run under a former master ended. */
  recall(last: LastRun | undefined): void {
    this.#lastRun ??= last ?? null;
  }

  /** Lets a fresh run, with the newest configuration, take the place of the one that runs, and ends that one. */
  async succeed({ cancelled, ready }: SuccessionRequest): Promise<Succession> {
    const former = this.#now;
    const successor = this.#instanceOf(await former.configured.successor(this.#parts.env.onOwnPort));
    this.#successor = successor;
    const failure = await successor.current.start({
      beside: true,
      cancelled,
      ready: (run) => {
        this.#now = successor;
        // What was wanted since the start of its successor.
        successor.configured.want(former.configured.next);
        ready(run);
        // Running before and after: a later master must know all the same which of the two it is.
        this.#parts.env.changed();
      },
    });
    this.#successor = undefined;
    if (failure) return { failure, unended: await this.#end(successor) };
    // Where this fails, it goes on where it has begun to listen.
    await successor.current.run?.takeOver?.().catch(() => undefined);
    const unended = await this.#end(former);
    this.#lastRun = former.current.last;
    const { isMoved } = successor.configured;
    return { unended, movedTo: isMoved ? successor.current.run?.endpoints()[0]?.address : undefined };
  }

  cancelSuccession(why: WorkerError): void {
    this.#successor?.current.cancelStart(why);
  }

  /** Ends whatever is left of the worker; resolves to what goes on because it may not be ended. Rejects when something cannot be. */
  async clear(graceMs: number): Promise<string | undefined> {
    for (const { current } of this.#unended) await current.clear(0);
    this.#unended = [];
    return this.#now.current.clear(graceMs);
  }

  /** Ends an instance that has no place (any more); undefined when nothing of it is left, else why not. */
  async #end(instance: WorkerInstance): Promise<string | undefined> {
    const { current, configured } = instance;
    try {
      await current.clear(configured.inForce.config.gracefulTimeoutMs);
      await configured.worker.dispose();
      return undefined;
    } catch (error) {
      this.#unended = [...this.#unended, instance];
      return explainError(this.#parts.id, error).message;
    }
  }

  #instanceOf(configured: ConfiguredWorker): WorkerInstance {
    const { id, env, counts } = this.#parts;
    const clocks = new HeldClocks();
    const debugging = new Debugging(id, clocks, () => env.changed());
    return { configured, debugging, current: new CurrentRun({ id, env, configured, counts, debugging, clocks }) };
  }
}
