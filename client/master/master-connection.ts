import type { MasterClient } from '../../master/master-client.ts';
import type { LogLine } from '../../master/protocol.ts';

/** An open conversation with the master of one workers file. */
export type MasterConnection = Pick<MasterClient, keyof MasterClient>;

export interface LogLines {
  readonly id: string;
  readonly lines: readonly LogLine[];
  readonly dropped: number;
}

/** Finds the master of a workers file, or starts one. Rejects with a sentence when neither works. */
export type Connect = (file: string) => Promise<MasterConnection>;
