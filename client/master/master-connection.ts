import type { RequestType, RequestType0 } from 'vscode-jsonrpc';
import type { LogLine, Welcome } from '../../master/protocol.ts';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';

/** An open conversation with the master of one workers file. */
export interface MasterConnection {
  readonly welcome: Welcome;
  request<P, R>(type: RequestType<P, R, void>, parameters: P): Promise<R>;
  request<R>(type: RequestType0<R, void>): Promise<R>;
  onSnapshots(listener: (workers: readonly WorkerSnapshot[]) => void): void;
  onLogLines(listener: (lines: LogLines) => void): void;
  /** Called once, also when this side closes. */
  onClosed(listener: () => void): void;
  close(): void;
}

export interface LogLines {
  readonly id: string;
  readonly lines: readonly LogLine[];
  readonly dropped: number;
}

/** Finds the master of a workers file, or starts one. Rejects with a sentence when neither works. */
export type Connect = (file: string) => Promise<MasterConnection>;
