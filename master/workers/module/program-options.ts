import type { MessagePort } from 'node:worker_threads';

/** What a program's thread is given under `hsuProgram` of its `workerData`. */
export interface ProgramOptions {
  readonly run: number;
  readonly port: MessagePort;
  /** The worker's id. */
  readonly id: string;
  /** Leads to the master, for calls between workers; absent where nobody introduces them. */
  readonly calls?: MessagePort;
  /** The file is TypeScript: loading it takes hooks. */
  readonly typeScript: boolean;
  /** Taken as the program's working directory. */
  readonly folder: string;
}
