import type { Peer } from '../calls/peer.ts';
import type { LimitsConfig } from '../config/worker-config.ts';
import type {
  Endpoint,
  Enforcement,
  Fate,
  Isolation,
  LimitInForce,
  LoopLoad,
  Resources,
  WorkerFailure,
} from '../lifecycle/worker-snapshot.ts';

/**
 * One worker, wherever it runs. A worker knows how to begin a run and how to take over one that a former master
 * left; the run knows everything else. The controller alone decides when.
 */
export interface Worker {
  readonly isolation: Isolation;
  /** Whether its runs can be held; false where it is absent. */
  readonly canBeHeld?: boolean;
  /** Checks what can be checked without running any of the worker's code. Rejects with a WorkerError. */
  prepare(): Promise<void>;
  /**
   * Begins a run; resolves when the worker's code is up (a process is spawned, a module's `start()` resolved), which
   * is not yet "ready". Rejects with a WorkerError, also when `context.signal` aborts: then nothing of it is left.
   */
  start(context: RunContext): Promise<Run>;
  /**
   * Takes over the live run that `saved` describes. Undefined when it is not alive any more, or not provably ours;
   * whatever of it is left is ended then.
   */
  adopt(saved: SavedRun, context: RunContext): Promise<Run | undefined>;
  /**
   * The live run with one of these numbers that a former master began and had no time to note down; undefined when
   * there is none. Absent where runs die with their master.
   */
  findAbandoned?(numbers: readonly number[]): Promise<SavedRun | undefined>;
  /** Releases what the worker holds between runs. */
  dispose(): Promise<void>;
}

/** What a run is given by the controller. */
export interface RunContext {
  /** Aborts when the start is cancelled or the run is over. */
  readonly signal: AbortSignal;
  /** Counts the runs of this worker, from 1, over the life of the workers file's master. */
  readonly number: number;
  readonly output: RunOutput;
  /** What the run is held to. */
  readonly limits?: LimitsConfig;
  /** A former run of the same worker goes on meanwhile: nothing of it may be touched. */
  readonly beside?: boolean;
  /** A port the master hands out, where the worker asks for one. */
  readonly port?: number;
  /** Asks to hold the worker before its first line until a debugger attaches; called with the address to attach to. */
  readonly awaitDebugger?: (websocketAddress: string) => void;
  /** Told which module host the run shares with others, before anything of it happens there. */
  readonly placed?: (host: number) => void;
  /** Called when what the run tells of itself (endpoints, health, resources) has changed. */
  readonly changed: () => void;
}

/** Where a run's output goes. A process writes to the files itself, so no line depends on the master's life. */
export interface RunOutput {
  readonly stdoutFile: string;
  readonly stderrFile: string;
  write(stream: 'stdout' | 'stderr', text: string): void;
}

/** A run in progress. */
export interface Run {
  /** The worker's own process, 0 inside the master's process. */
  readonly pid: number;
  /** The process its code runs in. */
  readonly hostPid: number;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Resolves, never rejects, when the run is over for whatever reason; whatever it left behind may still live. */
  readonly over: Promise<RunEnd>;
  readonly fate: Fate;
  /** Which module host of this master it shares with others; absent where it shares none. */
  readonly host?: number | undefined;
  readonly debugging: boolean;
  /** How its published functions are reached where it lives in the master's process; absent for a process of its own. */
  readonly calls?: Peer | undefined;
  /** How far its limits and permissions are kept, where that is not as usual: watched. */
  readonly enforcement?: Enforcement;
  /** Known now, without asking anybody. */
  endpoints(): readonly Endpoint[];
  /** Looks for addresses that the worker listens on but did not tell; they then appear in `endpoints()`. */
  discover(): Promise<void>;
  /** The worker's own opinion; undefined when it has none. */
  healthy(signal: AbortSignal): Promise<boolean | undefined>;
  resources(): Promise<Resources | null>;
  /** The event loop its code runs on; absent where that cannot be seen from outside. */
  loop?(): Promise<LoopLoad | null>;
  /** What its limits are compared with; absent where `resources` tells all that can be known. */
  usage?(): Promise<Usage | null>;
  /** The limits it is held to, and by whom; absent where there can be none. */
  limits?(): readonly LimitInForce[];
  /** Slows it down as far as can be; tells how, as the end of a sentence. */
  throttle?(): Promise<string>;
  /** It was ready already under a former master. */
  readonly wasReady?: boolean;
  /** Told once it is ready, so that a later master knows; absent where the run dies with its master. */
  noteReady?(): void;
  /** Resolves when it says itself that it is ready. Absent where its start has said so already, as a module's does. */
  saysReady?(signal: AbortSignal): Promise<void>;
  /** Who listens on a port since before this run began; undefined when nobody does that can be seen. */
  strangerOn?(port: number): Promise<string | undefined>;
  /** Lets nothing of it run until `goOn`; both are there where its worker can be held. */
  hold?(): Promise<void>;
  goOn?(): Promise<void>;
  /**
   * Asks, waits `graceMs`, ends by force, and resolves when nothing is left: no process of the tree, no timer, socket
   * or thread of the module. Rejects with a WorkerError ("cannot-stop") when something is left all the same.
   */
  stop(graceMs: number): Promise<StopReport>;
  /** It has the place of the run before it now, which goes on: what that one listens on becomes its own. */
  takeOver?(): Promise<void>;
  /** What a later master needs to take the run over; null when it dies with the master. */
  saved(): SavedRun | null;
  /** Opens the inspector of the thread or process on 127.0.0.1; resolves to its websocket URL. */
  openInspector(options: { readonly waitForDebugger?: boolean }): Promise<string>;
  closeInspector(): Promise<void>;
}

export type RunEnd =
  /** `why`: what it may come from, without a full stop, where more than the log can tell. */
  | { readonly how: 'exit'; readonly code: number | null; readonly signal: string | null; readonly why?: string }
  /** `exit` where a process ended this way. */
  | {
      readonly how: 'failure';
      readonly failure: WorkerFailure;
      readonly exit?: { readonly code: number | null; readonly signal: string | null };
      /** It is not to be started again by itself. */
      readonly isFinal?: boolean;
    };

/** What a stop found: `forced` when asking was not enough; `leftovers` closed on the worker's behalf, as sentences. */
export interface StopReport {
  readonly forced: boolean;
  readonly leftovers: readonly string[];
  /** What goes on because it may not be ended, and why, without a full stop. */
  readonly spared?: string;
}

/** What a run uses and has used, for its limits; null where it cannot be known. */
export interface Usage {
  readonly rss_bytes: number | null;
  readonly virtual_bytes: number | null;
  readonly cpu_percent: number | null;
  readonly cpu_time_ms: number | null;
  /** Of the process that has most. */
  readonly open_files: number | null;
  readonly processes: number | null;
  /** Bytes a second from disks and to them since it was measured before; null where they are not limited. */
  readonly read_bps: number | null;
  readonly write_bps: number | null;
  /** How many of its processes the kernel has ended for want of memory. */
  readonly memory_kills: number;
}

/** Identifies a process beyond doubt: a pid alone may belong to a stranger by now. */
export interface SavedRun {
  readonly number: number;
  readonly pid: number;
  /** The kernel's own start time of the process; opaque, compared for equality. */
  readonly processStart: string;
  /** The machine's boot; opaque. */
  readonly boot: string;
  readonly startedAt: string;
  readonly stdoutFile: string;
  readonly stderrFile: string;
  /** The port the master handed out, where it did. */
  readonly port?: number;
  /** It has been ready. */
  readonly ready?: boolean;
}

export { WorkerError } from './worker-error.ts';
