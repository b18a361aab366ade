import { NotificationType, RequestType } from 'vscode-jsonrpc';
import type { FileKind } from '../master/config/file-kind.ts';
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

/** Where a worker stands in its workers file: the value of its `id`. */
export interface WorkerPosition extends Pick<DocumentEdit, 'start' | 'end'> {
  readonly id: string;
}

/** Asks where the workers of an open workers file stand, in document order; the last good places while it is broken. */
export const workerPositionsRequest = new RequestType<{ readonly uri: string }, readonly WorkerPosition[], void>(
  'hsu/workerPositions',
);

/** What a document is, told by its language, its name and its content. */
export type DocumentKind = FileKind;

/** Asks what an open document is; one that is not open is foreign. */
export const documentKindRequest = new RequestType<{ readonly uri: string }, DocumentKind, void>('hsu/documentKind');

/**
 * Client commands that the server's code lenses name. Arguments: the document's URI and a worker's id; of `showUsers`
 * the URI of a manifest, the Position of its name and the Locations of the workers that run it, as LSP has them.
 */
export const clientCommands = {
  start: 'hsu.worker.start',
  stop: 'hsu.worker.stop',
  restart: 'hsu.worker.restart',
  debug: 'hsu.worker.debug',
  switchDeployment: 'hsu.worker.switchDeployment',
  showLogs: 'hsu.worker.showLogs',
  reveal: 'hsu.worker.reveal',
  showUsers: 'hsu.package.showUsers',
} as const;
