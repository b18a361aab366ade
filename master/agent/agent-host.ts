import type { WorkerSnapshot } from '../lifecycle/worker-snapshot.ts';
import type { ApplyParams, LogLine, LogsParams, Outcome, Plan, Transition } from '../protocol.ts';

/** What tools want of a master: a connection to one has it, and so has the master itself. */
export interface AgentMaster {
  snapshots(): Promise<readonly WorkerSnapshot[]>;
  apply(params: ApplyParams): Promise<Plan>;
  start(ids: readonly string[]): Promise<readonly Outcome[]>;
  stop(ids: readonly string[]): Promise<readonly Outcome[]>;
  restart(ids: readonly string[]): Promise<readonly Outcome[]>;
  logs(params: LogsParams): Promise<readonly LogLine[]>;
  timeline(id: string): Promise<readonly Transition[]>;
  onSnapshots(listener: (workers: readonly WorkerSnapshot[]) => void): { dispose(): void };
}

/** Where tools work: one workers file and its master. */
export interface AgentHost {
  /** Absolute path of the workers file. */
  readonly file: string;
  /** The running master. Rejects with NoMasterError when there is none. */
  master(): Promise<AgentMaster>;
  /** The environment whose overlay the running master has laid over the file; undefined for none. */
  environment(): Promise<string | undefined>;
  /** The running master, or one started for this; where none may be started, as `master`. */
  startedMaster(): Promise<AgentMaster>;
}
