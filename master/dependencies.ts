import type { ResolvedWorker } from './config/deployment.ts';
import type { Outcome } from './protocol.ts';
import type { WorkerController } from './workers/controller.ts';
import { WorkerError } from './workers/worker.ts';

/** What depends on what among the workers of a master: who is started first, and who is stopped last. */
export class Dependencies {
  readonly #controllers: ReadonlyMap<string, WorkerController>;
  readonly #starting = new Map<string, Promise<Outcome>>();

  constructor(controllers: ReadonlyMap<string, WorkerController>) {
    this.#controllers = controllers;
  }

  /** Starts a worker; while it is being started, nobody starts it a second time. */
  start(controller: WorkerController): Promise<Outcome> {
    const known = this.#starting.get(controller.id);
    if (known) return known;
    const starting = controller.start().finally(() => this.#starting.delete(controller.id));
    this.#starting.set(controller.id, starting);
    return starting;
  }

  /**
   * Resolves when everything the worker depends on is running, or has done its work and ended by itself; starts what
   * rests. Rejects with a WorkerError ("dependency") that names what failed and why, or when the signal aborts.
   */
  async until({ config }: ResolvedWorker, signal: AbortSignal): Promise<void> {
    if (config.dependsOn.length === 0) return;
    const aborted = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(asError(signal.reason)), { once: true });
    });
    signal.throwIfAborted();
    await Promise.race([Promise.all(config.dependsOn.map((id) => this.#untilRunning(config.id, id))), aborted]);
  }

  /** Who depends on a worker, directly or through others. */
  dependantsOf(id: string): ReadonlySet<string> {
    const found = new Set<string>();
    const look = (one: string) => {
      for (const { id: other, inForce } of this.#controllers.values()) {
        if (found.has(other) || !inForce.config.dependsOn.includes(one)) continue;
        found.add(other);
        look(other);
      }
    };
    look(id);
    return found;
  }

  /** What a worker depends on, directly or through others, that has failed by now. */
  failedFor({ config }: ResolvedWorker): readonly string[] {
    const seen = new Set<string>();
    const look = (ids: readonly string[]): string[] =>
      ids.flatMap((id) => {
        const controller = this.#controllers.get(id);
        if (!controller || seen.has(id)) return [];
        seen.add(id);
        const others = look(controller.inForce.config.dependsOn);
        return controller.state === 'failed' ? [id, ...others] : others;
      });
    return look(config.dependsOn);
  }

  /** Workers that failed only because of what they depend on, where all of that is running now. */
  recovered(): readonly WorkerController[] {
    return [...this.#controllers.values()].filter(
      (controller) =>
        controller.failedByDependency &&
        controller.resolved.config.dependsOn.every((id) => this.#controllers.get(id)?.state === 'running'),
    );
  }

  /** Ends workers so that each goes after all of these that depend on it. */
  inReverse<T>(chosen: readonly WorkerController[], end: (controller: WorkerController) => Promise<T>): Promise<T[]> {
    const ending = new Map<string, Promise<T>>();
    const endOne = (controller: WorkerController): Promise<T> => {
      const known = ending.get(controller.id);
      if (known) return known;
      const dependants = chosen.filter(({ inForce }) => inForce.config.dependsOn.includes(controller.id));
      const result =
        dependants.length === 0
          ? end(controller)
          : Promise.allSettled(dependants.map(endOne)).then(() => end(controller));
      ending.set(controller.id, result);
      return result;
    };
    return Promise.all(chosen.map(endOne));
  }

  async #untilRunning(dependant: string, id: string): Promise<void> {
    const controller = this.#controllers.get(id);
    if (!controller) throw failed(dependant, id, `${id} is refused or missing in the workers file`);
    if (controller.state === 'running') return;
    if (!controller.resolved.config.enabled) throw failed(dependant, id, `${id} is disabled; set enabled: true`);
    const outcome = await this.start(controller);
    if (!outcome.ok) throw failed(dependant, id, outcome.message);
  }
}

function failed(dependant: string, id: string, why: string): WorkerError {
  return new WorkerError({
    code: 'dependency',
    message: `${dependant} cannot start, because it depends on ${id}: ${why}`,
  });
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
