import type { LimitPolicy } from '../config/worker-config.ts';
import type { WorkerState } from './worker-state.ts';

/** Where a worker runs. `process` is a process of its own; the others live inside the master's process. */
export type Isolation = 'process' | 'shared' | 'thread' | 'wasm' | 'native';

export type Health = 'unknown' | 'healthy' | 'degraded' | 'unhealthy';

/** What a caller of the worker dials: `address` is a URL, a function's name or the path of a socket. */
export interface Endpoint {
  readonly name: string;
  readonly type: 'url' | 'function' | 'ipc';
  readonly address: string;
  /** How the master knows: `registered` by the worker itself, `configured`, `assigned` by the master, or `discovered`. */
  readonly origin: 'registered' | 'configured' | 'assigned' | 'discovered';
}

/** Why a worker failed: `code` is stable, `message` one sentence that names the worker, the cause and the way out. */
export interface WorkerFailure {
  readonly code: FailureCode;
  readonly message: string;
  /** The stack of the worker's own error, where there is one. */
  readonly stack?: string;
  /** The id of the worker that did it, where that is another and is known. */
  readonly by?: string;
}

export type FailureCode =
  | 'configuration'
  | 'executable-not-found'
  | 'executable-not-runnable'
  | 'module-not-found'
  | 'module-syntax'
  | 'module-factory'
  | 'module-contract'
  | 'module-threw'
  | 'module-blocked'
  | 'start-timeout'
  | 'not-ready'
  | 'port-in-use'
  | 'exited'
  | 'crashed'
  | 'unhealthy'
  | 'dependency'
  | 'host-lost'
  | 'resource-limit'
  | 'cannot-stop'
  | 'held-back'
  | 'internal';

export interface LastRun {
  /** ISO 8601. */
  readonly started_at: string;
  /** ISO 8601. */
  readonly ended_at: string;
  /** Null where it ended by a signal, or is no process. */
  readonly exit_code: number | null;
  readonly signal: string | null;
}

/** What else goes down with this worker: only itself, its module host with the workers named, or the whole master. */
export interface Fate {
  readonly scope: 'itself' | 'host' | 'master';
  readonly with: readonly string[];
}

/** Null where it cannot be known. Percent of one core; bytes. */
export interface Resources {
  readonly cpu_percent: number | null;
  readonly rss_bytes: number | null;
  readonly heap_bytes: number | null;
}

/** How far what is configured is kept: `watched` is measured and acted on, `enforced` cannot be passed. */
export interface Enforcement {
  readonly memoryLimit?: 'watched' | 'enforced';
  readonly permissions?: 'enforced' | 'not enforced';
}

/** A limit that a run is held to, and by whom. */
export interface LimitInForce {
  readonly resource:
    | 'memory'
    | 'virtual_memory'
    | 'swap'
    | 'cpu'
    | 'cpu_time'
    | 'cores'
    | 'cpu_shares'
    | 'open_files'
    | 'child_processes'
    | 'processes'
    | 'priority'
    | 'read_bps'
    | 'write_bps'
    | 'read_ops'
    | 'write_ops'
    | 'io_weight';
  /** Bytes, percent of one core, milliseconds of processor time, or a count; of bps and ops, a second. */
  readonly limit: number;
  /** What happens beyond it; null where it is a bound that cannot be crossed. */
  readonly policy: LimitPolicy | null;
  /** The kernel (through a cgroup, a resource limit or a priority), the master, which measures it now and then, or nobody. */
  readonly enforced_by: 'cgroup v2' | 'cgroup v1' | 'rlimit' | 'priority' | 'watching' | 'nobody';
  /** Why the kernel does not, as the end of a sentence; null where nobody asked it, or it does. */
  readonly why: string | null;
  readonly state: 'within' | 'near' | 'over';
}

/** How the event loop does that a worker's code runs on; null where it cannot be known. */
export interface LoopLoad {
  /** How long a message waited until the loop took it, in milliseconds. */
  readonly delay_ms: number | null;
  /** Percent of the time it was busy. */
  readonly busy_percent: number | null;
  /** The heap of its thread. */
  readonly heap_bytes: number | null;
  /** The other workers on it. */
  readonly shared_with: readonly string[];
}

/** What was measured of a worker within one slot of time: the mean of the processor, the most of all else. */
export interface ResourceSample {
  /** ISO 8601. */
  readonly at: string;
  readonly cpu_percent: number | null;
  /** A process's resident memory, a thread's heap. */
  readonly memory_bytes: number | null;
  readonly loop: LoopLoad | null;
  readonly health: Health;
}

/** The diagnostics of the original design, under its own names. */
export interface WorkerDiagnostics {
  readonly state: WorkerState;
  readonly type: 'process' | 'module';
  readonly lastError: string | null;
  /** ISO 8601, null where it does not run. */
  readonly startTime: string | null;
  readonly resourceUsage: Resources | null;
  readonly processId: number;
  readonly executablePath: string;
  readonly executableExists: boolean;
  /** What keeps it to its memory limit; null without one. */
  readonly memoryLimit: 'watched' | 'enforced' | null;
  /** Whether `module.permissions` are kept; null without any, and at rest. */
  readonly permissions: 'enforced' | 'not enforced' | null;
}

/** Everything the master says of one worker: whole, never a difference. Names as in `hsu status --json`. */
export interface WorkerSnapshot {
  readonly id: string;
  readonly type: 'process' | 'module';
  readonly isolation: Isolation;
  readonly state: WorkerState;
  readonly health: Health;
  /** Why it is degraded or unhealthy, as a sentence without its full stop; null where it is neither. */
  readonly health_reason: string | null;
  /** When the state was entered, ISO 8601. */
  readonly since: string;
  /** The worker's own process, 0 for modules and whatever is not running. */
  readonly pid: number;
  /** The process the worker's code runs in: for modules the master's; 0 when not running. */
  readonly host_pid: number;
  /** Starts after the first, by policy or request, since the worker was added. */
  readonly restarts: number;
  /**
   * How long the run took from when it could start, with all it waits for ready, until it was ready itself, in milliseconds.
   * Null where it does not run, was taken over from a former master, or a debugger held its start.
   */
  readonly ready_in_ms: number | null;
  /** When the next automatic start is due, ISO 8601; null when none is. */
  readonly retry_at: string | null;
  readonly last_error: WorkerFailure | null;
  /** How the newest run that is over ended; null when none is. */
  readonly last_run: LastRun | null;
  /** When its schedule starts it next, ISO 8601; null without one. */
  readonly next_run: string | null;
  readonly endpoints: readonly Endpoint[];
  readonly fate: Fate;
  readonly resources: Resources | null;
  /** The limits it is held to now; empty when it does not run. */
  readonly limits: readonly LimitInForce[];
  readonly package: string | null;
  readonly version: string | null;
  readonly enabled: boolean;
  /** The ids of the workers it waits for when it starts. */
  readonly depends_on: readonly string[];
  /** Those of them, and of what they wait for in turn, that have failed while it goes on running. */
  readonly failed_dependencies: readonly string[];
  /** The named group it is shown under; null without one. */
  readonly group: string | null;
  /** What its `metadata` says that is not said elsewhere; null where nothing is said. */
  readonly name: string | null;
  readonly description: string | null;
  readonly tags: readonly string[];
  /** A debugger holds the thread or process the worker runs in. */
  readonly debugging: boolean;
  /** Its processes stand still until those who read its output have caught up. */
  readonly held: boolean;
  /** The saved configuration differs from what runs: the keys that ask for a restart; empty when none. */
  readonly restart_needed: readonly string[];
  /** So many lines of its output are not kept any more, the oldest. */
  readonly log_lines_dropped: number;
  readonly diagnostics: WorkerDiagnostics;
}
