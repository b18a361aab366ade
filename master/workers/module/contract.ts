import type { WorkerContext, WorkerEndpoints } from '../../calls/contract.ts';

export {
  CallError,
  type CallErrorCode,
  type Client,
  type Connect,
  type ConnectOptions,
  type WorkerContext,
} from '../../calls/contract.ts';
export { thisWorker } from '../../calls/this-worker.ts';

/**
 * The contract between a module and the HSU Workers master, for authors: `hsu-workers/module`.
 *
 * A module file exports a factory (the `entry_point` of its configuration, or the default export). Each start loads
 * the file afresh, calls the factory, then `initialize`, then `start`; when `start` is done the module is up.
 */
export type ModuleFactory<Config = Readonly<Record<string, unknown>>> = (
  context: ModuleContext<Config>,
) => Module<Config> | Promise<Module<Config>>;

/** All but `start` are optional; each may be synchronous or not. */
export interface Module<Config = Readonly<Record<string, unknown>>> {
  /** Takes the configuration; throw here to refuse it. */
  initialize?(config: Config, context: ModuleContext<Config>): void | Promise<void>;
  /** Begins the work and returns when the module is ready; `signal` aborts when the start is cancelled or the run ends. */
  start(signal: AbortSignal): void | Promise<void>;
  /** Ends the work; `signal` aborts when the grace period is over and the rest is ended by force. */
  stop?(signal: AbortSignal): void | Promise<void>;
  isHealthy?(): boolean | Promise<boolean>;
  readonly metadata?: ModuleMetadata;
}

export interface ModuleMetadata {
  readonly name?: string;
  readonly version?: string;
  readonly description?: string;
}

/** What the master gives a module. */
export interface ModuleContext<Config = Readonly<Record<string, unknown>>> extends WorkerContext {
  /** `module.config` of the workers file. */
  readonly config: Config;
  readonly logger: ModuleLogger;
  /** Aborts when the start is cancelled, the worker is stopped or it has failed. */
  readonly signal: AbortSignal;
}

/** Writes lines to the worker's log, as `console` does. */
export interface ModuleLogger {
  debug(message: string, ...details: unknown[]): void;
  info(message: string, ...details: unknown[]): void;
  warn(message: string, ...details: unknown[]): void;
  error(message: string, ...details: unknown[]): void;
}

export type ModuleEndpoints = WorkerEndpoints;

/** Gives a factory its types, in JavaScript too; returns it unchanged. */
export function defineModule<Config = Readonly<Record<string, unknown>>>(
  factory: ModuleFactory<Config>,
): ModuleFactory<Config> {
  return factory;
}
