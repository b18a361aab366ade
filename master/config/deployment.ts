import type { DebuggerConfiguration } from './debugger-configuration.ts';
import type { LogCollectionConfig, LogStoreConfig } from './log-collection.ts';
import type { Problem } from './problem.ts';
import type { HealthCheckConfig, ModulePermissions, WorkerConfig } from './worker-config.ts';

/**
 * How a worker is really run, found from its configuration and its package's manifest, or derived where only the
 * other deployment is written. Paths are absolute.
 */
export type Deployment = ProcessDeployment | ModuleDeployment | UnmanagedDeployment;

export interface ProcessDeployment {
  readonly kind: 'process';
  /** What is executed: an absolute path. Absent where `hosted` says which module the module host runs. */
  readonly executable?: string;
  readonly args: readonly string[];
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** A file of NAME=value lines, read at start; `environment` wins over it. Absolute. */
  readonly envFile?: string;
  /** A package that ships only a module, run in a process of its own through the module host. */
  readonly hosted?: ModuleDeployment;
}

export interface ModuleDeployment {
  readonly kind: 'module';
  readonly isolation: 'shared' | 'thread' | 'wasm' | 'native';
  /** The file; empty where `registeredName` names a factory compiled into the master. */
  readonly path: string;
  readonly registeredName?: string;
  /** The factory's name. Absent: the file is run as a program. */
  readonly entryPoint?: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** As of a process. */
  readonly envFile?: string;
  /** The package the file is part of: it must be inside, with the checksum (sha256, hexadecimal) of the manifest. */
  readonly packaged?: { readonly folder: string; readonly sha256?: string };
  /** Absent: unrestricted. Paths are absolute here. */
  readonly permissions?: ModulePermissions;
  /** The folder errors are attributed by and the module may read: its package's, else its file's. */
  readonly folder: string;
}

export interface UnmanagedDeployment {
  readonly kind: 'unmanaged';
  /** Where a command that stops it is run: the folder of the workers file. */
  readonly workingDirectory: string;
}

/** A worker that can be run: its configuration with everything its package adds. */
export interface ResolvedWorker {
  readonly config: WorkerConfig;
  readonly deployment: Deployment;
  /** The worker's own, else its package's. */
  readonly healthCheck?: HealthCheckConfig;
  /** How a process of it is debugged, where its package says so; else as a Node program. */
  readonly debugger?: DebuggerConfiguration;
  readonly packageName?: string;
  readonly packageVersion?: string;
}

/** What a workers file means: everything that could be read, and everything wrong with it. */
export interface WorkersFile {
  readonly workers: readonly WorkerReading[];
  readonly problems: readonly Problem[];
  readonly settings: MasterSettings;
}

/** What the file says of the master itself; a change of it touches no worker. */
export interface MasterSettings {
  readonly port?: number;
  /** Where Prometheus may fetch the metrics, on 127.0.0.1; absent: nowhere. */
  readonly metricsPort?: number;
  /** When the loop of the shared modules counts as slow and as blocked, and what they may hold. */
  readonly moduleHost?: ModuleHostSettings;
  /** How much the master says of itself; absent: what went wrong and what a person should know. */
  readonly logLevel?: MasterLogLevel;
  /** Where the workers' lines are written besides the master's own store. */
  readonly logCollection?: LogCollectionConfig;
  readonly logStore?: LogStoreConfig;
  /** How long stopping everything may take; absent: 30 s. */
  readonly shutdownTimeoutMs?: number;
}

export type MasterLogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';

export interface ModuleHostSettings {
  readonly slowAfterMs?: number;
  readonly blockedAfterMs?: number;
  /** What the shared modules may hold together; for the host that begins next. */
  readonly maxMemoryBytes?: number;
}

/** One item of `workers:`. Without `resolved` it is refused; the problems with its id say why. */
export interface WorkerReading {
  readonly id: string;
  /** The whole item, from its dash. */
  readonly start: number;
  readonly end: number;
  /** The value of `id`. */
  readonly idStart: number;
  readonly idEnd: number;
  /** Of one that is refused: as it is written, where it is. */
  readonly type?: WorkerConfig['type'];
  readonly resolved?: ResolvedWorker;
}
