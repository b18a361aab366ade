import { NotificationType, NotificationType0, ProgressType, RequestType, RequestType0 } from 'vscode-jsonrpc';
import type { DebuggerConfiguration } from './config/debugger-configuration.ts';
import type { EffectiveSetting } from './config/effective-configuration.ts';
import type { ToldSnapshot } from './lifecycle/told-snapshot.ts';
import type { Endpoint, ResourceSample } from './lifecycle/worker-snapshot.ts';
import type { WorkerState } from './lifecycle/worker-state.ts';

/** The contract between a master and its clients: JSON-RPC over its private socket. */

/** Raised with every incompatible change; client and master refuse each other on a mismatch. */
export const protocolVersion = 2;

export interface Hello {
  readonly protocol: number;
  /** An owner keeps the master alive; the last one's going starts the grace time. `hsu status` is none, an editor is. */
  readonly owner: boolean;
  /** Shown in the master's log. */
  readonly name: string;
}

export interface Welcome {
  readonly protocol: number;
  /** The version of the program that the master is of. */
  readonly version: string;
  readonly pid: number;
  /** The real path of the workers file. */
  readonly file: string;
  /** Names the overlay that is laid over the file; null when none is. */
  readonly environment: string | null;
  /** Whether each worker has a free port of its own, in place of the one it names. */
  readonly isolated: boolean;
  readonly told: ToldWorkers;
}

/** All workers, as of the push with this number, the last one before. */
export interface ToldWorkers {
  readonly seq: number;
  readonly workers: readonly ToldSnapshot[];
}

/** What has changed since the push before. Snapshots are whole: the newest of a worker is all there is to know of it. */
export interface SnapshotChanges {
  /** One more than that of the push before. To whom one is missing `hsu/snapshots` gives the whole. */
  readonly seq: number;
  readonly changed: readonly ToldSnapshot[];
  /** Those of all workers, in their order; left out where none came, went or moved. */
  readonly ids?: readonly string[];
}

export interface WorkerIds {
  /** Empty means all. */
  readonly ids: readonly string[];
}

/** What became of one worker of a request. */
export interface Outcome {
  readonly id: string;
  readonly ok: boolean;
  /** One sentence. */
  readonly message: string;
}

/** What applying the file does to each worker. `restart` lists the keys that ask for it. */
export interface Plan {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly restart: readonly { readonly id: string; readonly because: readonly string[] }[];
  readonly unchanged: readonly string[];
  /** Refused: they have errors in the file. */
  readonly refused: readonly { readonly id: string; readonly message: string }[];
}

export interface ApplyParams {
  /** Only says what would change. */
  readonly dryRun: boolean;
  /** Restarts running workers whose configuration changed; otherwise they are marked `restart_needed`. */
  readonly restart: boolean;
  /** Names the overlay to lay over the file from now on; null none, absent the one in force. */
  readonly environment?: string | null;
  /** Whether each worker has a free port of its own from now on; absent as it is. */
  readonly isolated?: boolean;
}

export interface LogLine {
  /** Counts the lines of one worker from 1, over all its runs. */
  readonly seq: number;
  /** ISO 8601, when the master saw it. */
  readonly time: string;
  readonly run: number;
  readonly stream: 'stdout' | 'stderr';
  /** As written, secrets masked. */
  readonly text: string;
  /** What it tells by its form, where it is a JSON object, `key=value` pairs, or begins with a level. */
  readonly level?: LogLevel;
  readonly message?: string;
  /** ISO 8601, when the worker says that it wrote it. */
  readonly at?: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** From the least to the most grave. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

export interface LogsParams {
  readonly id: string;
  /** At most this many, the newest. */
  readonly lines: number;
  /** Only lines after this sequence number. */
  readonly after?: number;
  /** Only lines before this sequence number. */
  readonly before?: number;
  /** ISO 8601. */
  readonly since?: string;
  /** A regular expression. */
  readonly grep?: string;
  /** A regular expression that no line matches. */
  readonly exclude?: string;
  /** The least grave level; a line that tells none counts as info on stdout, as an error on stderr. */
  readonly level?: LogLevel;
  readonly stream?: LogLine['stream'];
  /** Only lines of this run; 0 stands for the newest run, -1 for the one before it, and so on. */
  readonly run?: number;
}

export interface DebugParams {
  readonly id: string;
  /** Restarts the worker, held before its first line until a debugger attaches. */
  readonly fromStart: boolean;
}

export type DebugTarget = InspectorTarget | ProcessTarget;

/** A thread or process of Node, whose inspector is open. */
export interface InspectorTarget {
  readonly kind: 'inspector';
  /** On 127.0.0.1. */
  readonly websocketAddress: string;
  /** Folders whose sources the debugger maps. */
  readonly sourceFolders: readonly string[];
  /** Workers that pause together with this one at a breakpoint. */
  readonly pausesWith: readonly string[];
}

/** A process for the debugger that its package names. */
export interface ProcessTarget {
  readonly kind: 'process';
  readonly pid: number;
  /** As in a launch.json, with the process filled in. */
  readonly configuration: DebuggerConfiguration;
}

export interface ProfileParams {
  readonly id: string;
  readonly kind: 'cpu' | 'heap';
  /** Absolute; must not exist yet. */
  readonly file: string;
  /** How long a CPU profile is recorded; cancelling the request ends it early, with what was recorded. */
  readonly seconds: number;
}

/** A module file that a worker is made of. */
export interface Factory {
  readonly id: string;
  /** Null for a program, which has none. */
  readonly entryPoint: string | null;
  /** The file that is loaded, and those it was compiled from. Absolute. */
  readonly sources: readonly string[];
}

/** A package of a repository, the newest release of it. */
export interface PackageOffer {
  /** As the repository knows it; npm's may have a scope. */
  readonly name: string;
  readonly version: string;
  /** Empty where it has none. */
  readonly description: string;
  /** A folder or a registry's URL. */
  readonly repository: string;
}

export interface InstalledPackageInfo {
  readonly name: string;
  readonly version: string;
  readonly source: string;
  /** The workers that run from it. */
  readonly users: readonly string[];
  /** A newer release, unless it is installed already. */
  readonly update: PackageOffer | null;
  /** Whether another version was installed before, which its workers can go back to. */
  readonly canRollback: boolean;
}

export interface PackageList {
  /** Oldest first. */
  readonly installed: readonly InstalledPackageInfo[];
  readonly available: readonly PackageOffer[];
  /** Repositories that cannot be asked, one sentence each. */
  readonly problems: readonly string[];
}

export interface InstallPackageParams {
  /** `name`, `name:1.2.3` or `name@^1.2`. */
  readonly name: string;
  readonly repository: string;
  /** The installed version whose workers are to name the new one. */
  readonly upgrades?: string;
  /** Names the progress that is told meanwhile. */
  readonly token: string;
}

export interface PackageProgress {
  /** Bytes. */
  readonly received: number;
  /** Null while it is not known. */
  readonly total: number | null;
}

/** A state that a worker entered. */
export interface Transition {
  /** ISO 8601. */
  readonly at: string;
  readonly state: WorkerState;
  readonly type: 'process' | 'module';
  /** The failure's sentence, where the state is `failed`. */
  readonly cause: string | null;
}

/** A call of one of the tools for agents, as `hsu mcp` offers them. */
export interface AgentCall {
  readonly tool: string;
  /** Checked against the tool's schema. */
  readonly input: unknown;
}

/** Never longer than 4 kB, with secrets masked. */
export interface AgentAnswer {
  readonly text: string;
  /** The text says what is wrong and what to do next. */
  readonly failed: boolean;
}

/** What a person is asked before a tool changes something; null for a tool that changes nothing. */
export interface AgentPreview {
  readonly title: string;
  /** What would change, as lines; empty where the title says it all. */
  readonly detail: string;
}

/** What a process runs workers with, for comparing the editor's environment with a terminal's. */
export interface MasterDescription {
  readonly version: string;
  readonly pid: number;
  /** "v22.11.0". */
  readonly node: string;
  /** Absolute path of the Node that runs it. */
  readonly executable: string;
  readonly platform: string;
  /** ISO 8601. */
  readonly since: string;
  /** The folders of the PATH, in order. */
  readonly search: readonly string[];
}

export const helloRequest = new RequestType<Hello, Welcome, void>('hsu/hello');
/** What the workers use is measured for it. */
export const snapshotsRequest = new RequestType0<ToldWorkers, void>('hsu/snapshots');
export const applyRequest = new RequestType<ApplyParams, Plan, void>('hsu/apply');
export const startRequest = new RequestType<WorkerIds, readonly Outcome[], void>('hsu/start');
export const stopRequest = new RequestType<WorkerIds, readonly Outcome[], void>('hsu/stop');
export const restartRequest = new RequestType<WorkerIds, readonly Outcome[], void>('hsu/restart');
/** Puts fresh runs in the place of those that run, without a gap; an outcome tells where the former one goes on. */
export const swapRequest = new RequestType<WorkerIds, readonly Outcome[], void>('hsu/swap');
export const logsRequest = new RequestType<LogsParams, readonly LogLine[], void>('hsu/logs');
/** Sends the lines of one worker from now on as `logLinesNotification`, until `unfollowRequest` or the end. */
export const followRequest = new RequestType<{ readonly id: string }, void, void>('hsu/follow');
export const unfollowRequest = new RequestType<{ readonly id: string }, void, void>('hsu/unfollow');
export const debugRequest = new RequestType<DebugParams, DebugTarget, void>('hsu/debug');
/** Answered when the file is written. Cancellable. */
export const profileRequest = new RequestType<ProfileParams, void, void>('hsu/profile');
export const endDebugRequest = new RequestType<{ readonly id: string }, void, void>('hsu/endDebug');
export const describeRequest = new RequestType0<MasterDescription, void>('hsu/describe');
/** The first endpoint of a worker, or the one of this name. */
export const endpointRequest = new RequestType<{ readonly id: string; readonly name?: string }, Endpoint, void>(
  'hsu/endpoint',
);
export const factoriesRequest = new RequestType0<readonly Factory[], void>('hsu/factories');
/** Folders in `repositories` may be relative to the workers file's. Cancellable. */
export const packagesRequest = new RequestType<{ readonly repositories: readonly string[] }, PackageList, void>(
  'hsu/packages',
);
/** Cancellable: then nothing is installed. */
export const installPackageRequest = new RequestType<InstallPackageParams, { readonly version: string }, void>(
  'hsu/installPackage',
);
export const packageProgress = new ProgressType<PackageProgress>();
/** Edits the workers file; what runs is not touched before it is applied. */
export const rollbackPackageRequest = new RequestType<{ readonly name: string }, void, void>('hsu/rollbackPackage');
export const removePackageRequest = new RequestType<{ readonly name: string; readonly version: string }, void, void>(
  'hsu/removePackage',
);
/** What the master saw of a worker, oldest first. */
export const timelineRequest = new RequestType<{ readonly id: string }, readonly Transition[], void>('hsu/timeline');
/** What was measured of a worker in the last ten minutes, oldest first; it is measured now unless it just was. */
export const historyRequest = new RequestType<{ readonly id: string }, readonly ResourceSample[], void>('hsu/history');
/** What the saved file, its overlay, the package and the defaults say together of a worker, with secrets masked. */
export const configurationRequest = new RequestType<{ readonly id: string }, readonly EffectiveSetting[], void>(
  'hsu/configuration',
);
/** Cancellable. */
export const agentRequest = new RequestType<AgentCall, AgentAnswer, void>('hsu/agent');
export const agentPreviewRequest = new RequestType<AgentCall, AgentPreview | null, void>('hsu/agentPreview');
/**
 * Ends the master for one of a newer version, which takes over what runs in processes of its own; modules are stopped,
 * and started again by it. False where this master is to stay: it runs in somebody's terminal, or a debugger is at work.
 */
export const leaveRequest = new RequestType0<boolean, void>('hsu/leave');
/** Stops all workers and ends the master; answered when nothing is left. The master goes when the client has the answer. */
export const shutdownRequest = new RequestType0<readonly Outcome[], void>('hsu/shutdown');
/** The client has the answer to its shutdown. */
export const answeredNotification = new NotificationType0('hsu/answered');

/**
 * Pushed after every change, coalesced to one frame, in parts where it is much. A client that reads slowly misses what a
 * worker was in between, never what it is.
 */
export const snapshotsNotification = new NotificationType<SnapshotChanges>('hsu/snapshots');
export const logLinesNotification = new NotificationType<{
  readonly id: string;
  readonly lines: readonly LogLine[];
  /** So many lines before these are not kept any more: this client reads too slowly. */
  readonly dropped: number;
}>('hsu/logLines');
