import type { Isolation } from '../../lifecycle/worker-snapshot.ts';

/** A module whose code is in the master's process now. */
export interface LoadedModule {
  /** The worker's id; for one that `loadModule` loaded, its file's name. */
  readonly id: string;
  readonly path: string;
  /** Null for a program. */
  readonly entryPoint: string | null;
  readonly isolation: Isolation;
  /** What its `metadata` says. */
  readonly version: string | null;
  /** ISO 8601. */
  readonly loadedAt: string;
}

/** A module that was loaded by hand, without a worker: `ModuleRuntime.loadModule`. */
export interface Module {
  readonly info: LoadedModule;
  /** `initialize` and `start`; rejects with a WorkerError, then the module is unloaded. */
  start(config?: Readonly<Record<string, unknown>>): Promise<void>;
  isHealthy(): Promise<boolean>;
}
