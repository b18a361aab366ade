import type { ResolvedWorker } from '../config/deployment.ts';
import { changedKeys } from './changed-keys.ts';
import type { ControllerEnvironment } from './controller-environment.ts';
import type { Worker } from './worker.ts';

/** A worker as it is configured now, and the configuration that takes its place at its next start. */
export class ConfiguredWorker {
  readonly #create: ControllerEnvironment['createWorker'];
  #resolved: ResolvedWorker;
  #worker: Worker;
  #wanted: ResolvedWorker | undefined;

  constructor(resolved: ResolvedWorker, create: ControllerEnvironment['createWorker']) {
    this.#create = create;
    this.#resolved = resolved;
    this.#worker = create(resolved);
  }

  get worker(): Worker {
    return this.#worker;
  }

  /** The configuration that runs, or ran last. */
  get inForce(): ResolvedWorker {
    return this.#resolved;
  }

  /** The configuration in force after the next start. */
  get next(): ResolvedWorker {
    return this.#wanted ?? this.#resolved;
  }

  /** Because of which keys the next configuration needs a restart; empty when it is in force. */
  get restartNeeded(): readonly string[] {
    return this.#wanted ? changedKeys(this.#resolved, this.#wanted) : [];
  }

  /** False when nothing changes by it. */
  want(resolved: ResolvedWorker): boolean {
    if (changedKeys(this.next, resolved).length === 0) return false;
    this.#wanted = changedKeys(this.#resolved, resolved).length === 0 ? undefined : resolved;
    return true;
  }

  get isChanged(): boolean {
    return this.#wanted !== undefined;
  }

  /** Puts the wanted configuration in force, if there is one; only while nothing of the worker runs. */
  async takeWanted(): Promise<boolean> {
    const wanted = this.#wanted;
    if (!wanted) return false;
    await this.#worker.dispose();
    this.#wanted = undefined;
    this.#resolved = wanted;
    this.#worker = this.#create(wanted);
    return true;
  }
}
