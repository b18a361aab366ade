import type * as Written from './generated/written.ts';

/** The meaning of one item of `workers:`, whichever dialect wrote it. Times are milliseconds, sizes bytes. */
export interface WorkerConfig {
  readonly id: string;
  readonly type: 'process' | 'module';
  /** How a process worker comes to be: executed here, executed with a port handed over, or found running. */
  readonly management: 'managed' | 'integrated' | 'unmanaged';
  /** Written as `managed`, `unmanaged` or `integrated`: some defaults are those of the older masters. */
  readonly olderForm?: boolean;
  readonly enabled: boolean;
  /** A service runs until it is stopped; a `once` worker does its work and ends. */
  readonly run: NonNullable<Written.Worker['run']>;
  /** When a `once` worker is started by itself: five or six cron fields, in local time. */
  readonly cron?: string;
  readonly package?: PackageReference;
  readonly execution?: ExecutionConfig;
  readonly module?: ModuleConfig;
  readonly discovery?: DiscoveryConfig;
  readonly healthCheck?: HealthCheckConfig;
  /** How many of it run, each a worker of its own. */
  readonly replicas?: number;
  /** The worker of the file that this is one of. */
  readonly replica?: { readonly of: string; readonly number: number };
  readonly ready?: ReadyConfig;
  readonly stop?: StopConfig;
  readonly endpoints: readonly EndpointConfig[];
  /** The port the worker says it listens on. */
  readonly port?: number;
  readonly dependsOn: readonly string[];
  readonly restart: RestartConfig;
  readonly limits?: LimitsConfig;
  /** How long the worker may take to be running. */
  readonly startTimeoutMs: number;
  /** How long an asked worker may take to end before it is killed. */
  readonly gracefulTimeoutMs: number;
  readonly profile: string;
  /** Named group the editor shows it under. */
  readonly group?: string;
  readonly metadata?: WorkerMetadata;
}

/** What people call the worker and say of it; nothing depends on it. */
export interface WorkerMetadata {
  /** Absent: the id. */
  readonly name?: string;
  readonly description?: string;
  /** Of a worker without a package. */
  readonly version?: string;
  readonly tags?: readonly string[];
}

/** What decides where a worker runs. Read of every item; the rest only of those that somebody runs or looks at. */
export type PlacementConfig = Pick<
  WorkerConfig,
  'id' | 'type' | 'management' | 'olderForm' | 'enabled' | 'package' | 'execution' | 'module' | 'replicas'
>;

/** `name:version`; the version is a semver range, absent means any. */
export interface PackageReference {
  readonly name: string;
  readonly range?: string;
}

export interface ExecutionConfig {
  readonly executablePath?: string;
  readonly args?: readonly string[];
  readonly workingDirectory?: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly envFile?: string;
}

export interface ModuleConfig {
  readonly modulePath?: string;
  readonly entryPoint?: string;
  /** A factory registered in the master's own process, instead of a path. */
  readonly moduleName?: string;
  readonly isolation?: NonNullable<Written.Module['isolation']>;
  readonly config: Readonly<Record<string, unknown>>;
  /** Arguments of a program (a module without entry point). */
  readonly args?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly envFile?: string;
  readonly permissions?: ModulePermissions;
}

/** What a module may do; what is not here is refused. Relative paths as written. */
export interface ModulePermissions {
  readonly fsRead: readonly string[];
  readonly fsWrite: readonly string[];
  readonly childProcess: boolean;
  readonly addons: boolean;
}

export interface DiscoveryConfig {
  readonly method: 'pid-file' | 'process-name' | 'port' | 'service-name';
  readonly pidFile?: string;
  readonly processName?: string;
  /** Arguments that the process of this name must have, in any order. */
  readonly processArgs?: readonly string[];
  readonly port?: number;
  /** Of the port; absent: tcp. */
  readonly protocol?: NonNullable<Written.Discovery['protocol']>;
  readonly serviceName?: string;
  readonly canTerminate: boolean;
  readonly canRestart: boolean;
  /** The only signals it may be sent; absent: all. */
  readonly allowedSignals?: readonly AllowedSignal[];
}

export type AllowedSignal = StopSignal | 'SIGCONT';

export interface EndpointConfig {
  readonly name: string;
  readonly type: 'url' | 'function' | 'ipc';
  readonly address: string;
}

export interface HealthCheckConfig {
  readonly type: NonNullable<Written.HealthCheck['type']>;
  /** http: an absolute URL, or a path ("/health") that is joined to the worker's address. */
  readonly endpoint?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** grpc: the service asked about. */
  readonly service?: string;
  /** grpc, tcp: "host:port" where it is not the worker's own. */
  readonly address?: string;
  /** exec. */
  readonly command?: string;
  readonly args?: readonly string[];
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly initialDelayMs: number;
  /** Consecutive failures until unhealthy; the first one makes it degraded. */
  readonly failureThreshold: number;
  readonly successThreshold: number;
}

/** What must be shown until the worker is ready: everything that is present. */
export interface ReadyConfig {
  /** A regular expression that a line of its output matches. */
  readonly log?: string;
  /** A TCP port that it listens on. */
  readonly port?: number;
  /** It says READY=1 itself. */
  readonly notify?: boolean;
  /** Its health check passes. */
  readonly health?: boolean;
}

/** How a process is asked to end: by a command where there is one, else by a signal; SIGTERM where none is given. */
export interface StopConfig {
  readonly signal?: StopSignal;
  readonly command?: string;
  readonly args?: readonly string[];
}

export type StopSignal = 'SIGTERM' | 'SIGINT' | 'SIGQUIT' | 'SIGHUP' | 'SIGUSR1' | 'SIGUSR2' | 'SIGKILL';

/** How often and how fast: `maxRetries` 0 means without end. */
export interface RestartBudget {
  readonly maxRetries: number;
  readonly retryDelayMs: number;
  /** Each further wait is longer by this factor. */
  readonly backoffRate: number;
}

export interface RestartConfig extends RestartBudget {
  readonly policy: Written.RestartPolicy;
  /** No wait is longer; absent: five minutes. */
  readonly maxDelayMs?: number;
  /** Waits differ from the computed one by up to this fraction of it, either way. */
  readonly jitter?: number;
  /** Only restarts within this time count against the budget; absent: those since the worker last ran for a while. */
  readonly windowMs?: number;
  /** After a spent budget the worker is tried once more each time this has passed; absent: it stays failed. */
  readonly coolDownMs?: number;
  /** Budgets of their own for what is not a crash. */
  readonly healthFailures?: RestartBudget;
  readonly resourceViolations?: RestartBudget;
  /** Factors on count and wait, by severity of the cause and by the worker's profile; 1 where none is given. */
  readonly severityMultipliers?: Readonly<Record<string, number>>;
  readonly profileMultipliers?: Readonly<Record<string, number>>;
  /** A run younger than this is not restarted for ill health or use of resources. */
  readonly startupGraceMs?: number;
}

/** What happens to a worker that is over a limit; the first three only say so. */
export type LimitPolicy = Written.LimitPolicy;

export interface LimitsConfig {
  readonly maxRssBytes?: number;
  readonly maxVirtualBytes?: number;
  readonly maxSwapBytes?: number;
  /** Of one core. */
  readonly maxCpuPercent?: number;
  readonly maxCpuTimeMs?: number;
  readonly maxCores?: number;
  /** Its weight beside others; 1024 is usual. */
  readonly cpuShares?: number;
  /** Of each process. */
  readonly maxFileDescriptors?: number;
  readonly maxChildProcesses?: number;
  readonly maxProcesses?: number;
  /** From disks and to them, a second. */
  readonly maxReadBps?: number;
  readonly maxWriteBps?: number;
  readonly maxReadOps?: number;
  readonly maxWriteOps?: number;
  /** Its weight beside others that use the disks; 100 is usual. */
  readonly ioWeight?: number;
  /** As of `nice`: from -20, the first, to 19, the last. */
  readonly priority?: number;
  /** Percent of the limit from which on it is near. */
  readonly memoryWarningPercent?: number;
  readonly cpuWarningPercent?: number;
  readonly processWarningPercent?: number;
  readonly ioWarningPercent?: number;
  /** Absent: restart. */
  readonly memoryPolicy?: LimitPolicy;
  readonly cpuPolicy?: LimitPolicy;
  readonly processPolicy?: LimitPolicy;
  readonly ioPolicy?: LimitPolicy;
  /** How often the worker is measured. */
  readonly intervalMs?: number;
  /** How long a limit must be exceeded without a break until its policy acts. */
  readonly sustainedMs?: number;
  /** A breach that is over within this time is not spoken of. */
  readonly spikeMs?: number;
}
