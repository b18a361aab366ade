import { NotificationType, RequestType } from 'vscode-jsonrpc';
import type { WorkerSnapshot } from '../master/lifecycle/worker-snapshot.ts';

/** What the language server is told beyond LSP by a client that runs a master. */

/** All workers of one workers file: whole, after every change; `workers: null` when its master is gone. */
export const workerSnapshotsNotification = new NotificationType<{
  /** As the client writes the document's URI. */
  readonly uri: string;
  readonly workers: readonly WorkerSnapshot[] | null;
}>('hsu/workerSnapshots');

/** What changing one word takes: edits of the document as the server knows it, or why it cannot be done, as one sentence. */
export type SwitchDeploymentResult =
  | {
      readonly to: 'process' | 'module';
      /** Minimal, in document order, none overlapping; positions are zero-based and count UTF-16 units. */
      readonly edits: readonly DocumentEdit[];
    }
  | { readonly refused: string };

export interface DocumentEdit {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
  readonly newText: string;
}

/** Asks for the edits that make a worker run the other way; without `to`, the way it does not run now. */
export const switchDeploymentRequest = new RequestType<
  { readonly uri: string; readonly id: string; readonly to?: 'process' | 'module' },
  SwitchDeploymentResult,
  void
>('hsu/switchDeployment');

/** Asks where a worker's `id` stands in its workers file; null when the file has no such worker. */
export const locateWorkerRequest = new RequestType<
  { readonly uri: string; readonly id: string },
  Pick<DocumentEdit, 'start' | 'end'> | null,
  void
>('hsu/locateWorker');

/**
 * Client commands that the server's code lenses and code actions name. Arguments: the document's URI and a worker's id.
 */
export const clientCommands = {
  start: 'hsu.worker.start',
  stop: 'hsu.worker.stop',
  restart: 'hsu.worker.restart',
  debug: 'hsu.worker.debug',
  switchDeployment: 'hsu.worker.switchDeployment',
  showLogs: 'hsu.worker.showLogs',
  reveal: 'hsu.worker.reveal',
} as const;
