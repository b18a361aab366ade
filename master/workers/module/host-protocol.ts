import type { MessagePort } from 'node:worker_threads';
import type { Endpoint, WorkerFailure } from '../../lifecycle/worker-snapshot.ts';
import type { ModuleMetadata } from './contract.ts';
import type { RunEnd, StopReport } from '../worker.ts';

/** What travels between the master's main thread and a module-host thread. */

/** Handed to the thread as its `workerData`. */
export interface HostOptions {
  /** The thread holds one module only: whatever happens in it is that module's. */
  readonly solo: boolean;
  /** Leads to the master, for calls between workers; absent where nobody introduces them. */
  readonly calls?: MessagePort;
  readonly code: HostCodeOptions;
}

/** What V8 made of the host's code, and the way to one who wants to know: what is known is not asked for. */
export interface HostCodeOptions {
  readonly compiled?: Uint8Array;
  readonly asker?: MessagePort;
}

/** One start of one module. */
export interface ModuleStart {
  /** Unique in the master's life: a late message of an earlier run is told apart by it. */
  readonly run: number;
  readonly id: string;
  readonly path: string;
  readonly entryPoint?: string;
  readonly folder: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, string>>;
  /** Opens the inspector and waits for a debugger before the first line. */
  readonly waitForDebugger: boolean;
  /** Ends with the factory's call: `begin` does the rest. */
  readonly loadOnly: boolean;
  /** A former run of the worker may go on in this thread: what it listens on is taken over when that is asked for. */
  readonly beside?: boolean;
  /** The most WebAssembly may have, in bytes. */
  readonly memoryBytes?: number;
}

/** Each request has one answer, found in `HostAnswers` under its kind. */
export type HostRequest =
  | { readonly kind: 'start'; readonly start: ModuleStart }
  | { readonly kind: 'begin'; readonly run: number; readonly config: Readonly<Record<string, unknown>> }
  | { readonly kind: 'stop'; readonly run: number; readonly graceMs: number }
  | { readonly kind: 'healthy'; readonly run: number }
  | { readonly kind: 'take-over'; readonly run: number }
  | { readonly kind: 'open-inspector'; readonly run: number }
  /** It ends when no run has it open any more. */
  | { readonly kind: 'close-inspector'; readonly run: number }
  /** `collect`: after a full garbage collection. */
  | { readonly kind: 'heap'; readonly collect: boolean }
  /** `collect`: after letting go of garbage, quickly. */
  | { readonly kind: 'memory'; readonly collect: boolean }
  /** From the first time on it is noted whose code takes memory, until it is calm. Of a shared thread only. */
  | { readonly kind: 'heap-growth'; readonly buffers: boolean }
  | { readonly kind: 'calm' }
  | { readonly kind: 'ping' };

export interface HostAnswers {
  /** `restricted`: Node's permission model is in force in the thread. */
  readonly start: {
    readonly failure?: WorkerFailure;
    readonly metadata?: ModuleMetadata;
    readonly restricted?: boolean;
  };
  readonly begin: { readonly failure?: WorkerFailure };
  /** `spawned`: the module began a process, whose own ones are not known here. */
  readonly stop: StopReport & { readonly spawned: boolean };
  readonly healthy: boolean | null;
  readonly 'take-over': null;
  readonly 'open-inspector': string;
  /** Whether it stays open, for the debugger of another run. */
  readonly 'close-inspector': boolean;
  readonly heap: number;
  readonly memory: OwnMemory;
  readonly 'heap-growth': HeapGrowth;
  readonly calm: null;
  /** When the loop took it, on the clock of `monotonicMs`. */
  readonly ping: number;
}

/** A request on its way; `number` pairs it with its answer. */
export interface HostCall {
  readonly number: number;
  readonly request: HostRequest;
}

/** What a thread holds, in bytes. */
export interface OwnMemory {
  /** JavaScript objects. */
  readonly heap: number;
  readonly buffers: number;
}

/** By whose code the memory of a module host was taken since that was asked first. */
export interface HeapGrowth {
  readonly grownBytes: number;
  /** By run, as far as it is known, and about. */
  readonly byRun: readonly (readonly [run: number, bytes: number])[];
}

/** What a module host says of itself when it is looked at in the middle of whatever it does. */
export interface Look {
  /** The run whose code runs; null between two callbacks. */
  readonly run: number | null;
  /** The number of the newest request that its loop has taken. */
  readonly heard: number;
  readonly stack: string;
}

/** Evaluated in a module host, it gives a `Look`. */
export const lookExpression = "globalThis[Symbol.for('hsu-workers.look')]?.()";

export type HostMessage =
  | { readonly kind: 'answer'; readonly number: number; readonly value: HostAnswers[keyof HostAnswers] }
  | { readonly kind: 'refusal'; readonly number: number; readonly message: string }
  | { readonly kind: 'output'; readonly run: number; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  | { readonly kind: 'endpoints'; readonly run: number; readonly endpoints: readonly Endpoint[] }
  /** The start waits for a debugger at this address. */
  | { readonly kind: 'inspector'; readonly run: number; readonly url: string }
  | { readonly kind: 'over'; readonly run: number; readonly end: RunEnd }
  /** A module goes into a native function that blocks the loop, or is back: then null. */
  | { readonly kind: 'native-call'; readonly run: number; readonly name: string | null }
  /** The thread has begun heap snapshots of others within it, or has read all of them. */
  | { readonly kind: 'snapshots'; readonly areUnderWay: boolean }
  /** An error that belongs to no module known: reported as the host's, never guessed. */
  | { readonly kind: 'host-fault'; readonly message: string; readonly stack?: string };
