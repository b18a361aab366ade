import { isDeepStrictEqual } from 'node:util';
import type { ResolvedWorker } from '../config/deployment.ts';
import { changedKeys } from './changed-keys.ts';
import type { ControllerEnvironment } from './controller-environment.ts';
import type { Worker } from './worker.ts';

/** A worker as it is configured now, and the configuration that takes its place at its next start. */
export class ConfiguredWorker {
  readonly #create: ControllerEnvironment['createWorker'];
  /** The same on a port of its own, while a former run may hold the one that is configured. */
  #moved: ResolvedWorker | undefined;
  #resolved: ResolvedWorker;
  #worker: Worker;
  #newest: ResolvedWorker;
  #isChanged = false;

  constructor(resolved: ResolvedWorker, create: ControllerEnvironment['createWorker'], moved?: ResolvedWorker) {
    this.#create = create;
    this.#moved = moved;
    this.#resolved = resolved;
    this.#newest = resolved;
    this.#worker = create(moved ?? resolved);
  }

  /** The next configuration for a run that begins while this one goes on; each has the other's port free. */
  async successor(onOwnPort: ControllerEnvironment['onOwnPort']): Promise<ConfiguredWorker> {
    const { next } = this;
    const beside = this.#moved ? next : ((await onOwnPort?.(next, this.run)) ?? next);
    return new ConfiguredWorker(next, this.#create, beside === next ? undefined : beside);
  }

  get worker(): Worker {
    return this.#worker;
  }

  /** The configuration that runs, or ran last. */
  get inForce(): ResolvedWorker {
    return this.#resolved;
  }

  /** The key without which it may not be restarted, where one is missing: a restart ends what was found running. */
  get missingForRestart(): 'can_restart' | 'can_terminate' | undefined {
    if (this.#resolved.deployment.kind !== 'unmanaged') return undefined;
    const { discovery } = this.#resolved.config;
    if (discovery?.canRestart !== true) return 'can_restart';
    return discovery.canTerminate ? undefined : 'can_terminate';
  }

  /** What it is run with: the configuration in force, on the port it has now. */
  get run(): ResolvedWorker {
    return this.#moved ?? this.#resolved;
  }

  /** It is not on the port that is configured. */
  get isMoved(): boolean {
    return this.#moved !== undefined;
  }

  /** The configuration in force after the next start; what it says for people is shown at once. */
  get next(): ResolvedWorker {
    return this.#newest;
  }

  /** Because of which keys the next configuration needs a restart; empty when it is in force. */
  get restartNeeded(): readonly string[] {
    return this.#isChanged ? changedKeys(this.#resolved, this.#newest) : [];
  }

  /** False when nothing changes by it. */
  want(resolved: ResolvedWorker): boolean {
    const former = this.#newest;
    this.#newest = resolved;
    this.#isChanged = changedKeys(this.#resolved, resolved).length > 0;
    return changedKeys(former, resolved).length > 0 || !isDeepStrictEqual(former.config, resolved.config);
  }

  get isChanged(): boolean {
    return this.#isChanged;
  }

  /**
   * Puts the wanted configuration in force, if there is one, and the configured port; only while nothing of the worker
   * runs.
   */
  async takeWanted(): Promise<boolean> {
    if (!this.#isChanged && !this.#moved) return false;
    await this.#worker.dispose();
    this.#resolved = this.next;
    this.#isChanged = false;
    this.#moved = undefined;
    this.#worker = this.#create(this.#resolved);
    return true;
  }
}
