import type { TreeRoots } from '../process-tree.ts';
import { linuxProcessTable } from './linux.ts';
import { darwinProcessTable } from './darwin.ts';
import { windowsProcessTable } from './windows.ts';

/** The processes of this machine, as far as supervision needs them: one implementation for each operating system. */
export interface ProcessTable {
  /** Names the running kernel (and process namespace): equal only while process ids mean the same thing. */
  boot(): Promise<string>;
  /** Every living process; zombies are left out. Calls made close together share one look, made after each of them. */
  list(): Promise<readonly ProcessEntry[]>;
  /** The living members of a tree, parents before children. Calls made close together share one look. */
  tree(roots: TreeRoots): Promise<readonly ProcessEntry[]>;
  /** One living process; undefined when there is none of this id. */
  find(pid: number): Promise<ProcessEntry | undefined>;
  /** When a child of ours was born; also when it is over already and has not been collected yet. */
  birthOf(pid: number): Promise<Birth | undefined>;
  /** What the processes listen on; by UDP, what they are bound to without a peer. */
  listening(pids: readonly number[], protocol?: Protocol): Promise<readonly ListeningSocket[]>;
  /** The words a process was started with, the program's first; none where they may not be seen. */
  commandLine(pid: number): Promise<readonly string[]>;
  /** How many files a process has open; null where that cannot be seen. */
  openFiles(pid: number): Promise<number | null>;
  /** What a process has read from disks and written to them so far; null where that cannot be seen. */
  traffic(pid: number): Promise<Traffic | null>;
  /** Whether a process does something of its own at a signal; null where that cannot be seen. */
  catches(pid: number, signal: NodeJS.Signals): Promise<boolean | null>;
  /** Whether SIGSTOP and SIGCONT can be sent here: a process may be held and let go on. */
  readonly canHold: boolean;
  /** Signals one process or a whole group; a process that is gone is no error. */
  signal(pid: number, signal: NodeJS.Signals, scope: 'process' | 'group'): Promise<void>;
}

export interface Birth {
  /** The kernel's start time; opaque, compared for equality. */
  readonly start: string;
  /** The same as a number: a later process has none that is smaller. */
  readonly startOrder: number;
}

/** What of a process decides which tree it belongs to. */
export interface Relative extends Birth {
  readonly pid: number;
  readonly parent: number;
  /** 0 where the system has no process groups. */
  readonly group: number;
  /** 0 where the system has no sessions. */
  readonly session: number;
  /** Whether its environment holds every one of these `NAME=value` pairs; false when it may not be read. */
  carries(markers: readonly string[]): boolean;
  /** Every pair it may be asked for, where they have been read already: it is found by them then, not asked. */
  readonly marks?: ReadonlySet<string>;
}

export interface ProcessEntry extends Relative {
  readonly name: string;
  /** Processor time used so far, in milliseconds. */
  readonly cpuMs: number;
  readonly rssBytes: number;
  /** It was held by a signal. */
  readonly isHeld: boolean;
  /** Absent where the system does not tell. */
  readonly virtualBytes?: number;
}

export interface Traffic {
  readonly readBytes: number;
  readonly writtenBytes: number;
}

/** Where none is given, TCP. */
export type Protocol = 'tcp' | 'udp';

export interface ListeningSocket {
  readonly pid: number;
  /** As bound: "0.0.0.0", "127.0.0.1", "::", "::1" or another local address. */
  readonly host: string;
  readonly port: number;
}

/** The table of the machine this runs on. */
export const thisMachine: ProcessTable = tableOf(process.platform);

function tableOf(platform: NodeJS.Platform): ProcessTable {
  if (platform === 'win32') return windowsProcessTable();
  return platform === 'linux' ? linuxProcessTable() : darwinProcessTable();
}
