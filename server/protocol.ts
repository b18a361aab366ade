import { NotificationType, RequestType } from 'vscode-jsonrpc';
import type { FileKind } from '../master/config/file-kind.ts';
import type { WorkerSnapshot } from '../master/lifecycle/worker-snapshot.ts';

/** What the language server is told beyond LSP by a client that runs a master. */

/** What is known of the workers of one workers file; `uri` is as the client writes the document's. */
export type SnapshotsForServer =
  /** All of them; null when its master is gone. */
  | { readonly uri: string; readonly workers: readonly WorkerSnapshot[] | null }
  /** Those that have changed since; all others are there as before. */
  | { readonly uri: string; readonly changed: readonly WorkerSnapshot[] };

export const workerSnapshotsNotification = new NotificationType<SnapshotsForServer>('hsu/workerSnapshots');

/** Which overlay is laid over a workers file; said again whenever another one is, or none any more. */
export const overlayNotification = new NotificationType<{
  /** Of the workers file, as the client writes it. */
  readonly uri: string;
  /** The URI of the overlay, which need not be there; null for none. */
  readonly overlay: string | null;
}>('hsu/overlay');

/** What switching workers takes: edits of the document, or of the overlay where one was given. */
export interface SwitchDeploymentResult {
  /** Minimal, in the order of the text, none overlapping; positions are zero-based and count UTF-16 units. */
  readonly edits: readonly DocumentEdit[];
  /** The workers that the edits switch; `filled` says what they write for one besides the type, as a sentence. */
  readonly switched: readonly { readonly id: string; readonly filled?: string }[];
  /** Why others are not, a sentence each. */
  readonly refused: readonly string[];
}

export interface DocumentEdit {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
  readonly newText: string;
}

/**
 * Asks for the edits that make workers run the other way; without `to`, the way they do not run now. `overlay` is the text
 * of the overlay in force, empty where it is to be created: then its edits are answered.
 */
export const switchDeploymentRequest = new RequestType<SwitchDeploymentParams, SwitchDeploymentResult, void>(
  'hsu/switchDeployment',
);

export interface SwitchDeploymentParams {
  readonly uri: string;
  readonly ids: readonly string[];
  readonly to?: 'process' | 'module';
  readonly overlay?: string;
}

/** Where a worker stands in its workers file: the value of its `id`. */
export interface WorkerPosition extends Pick<DocumentEdit, 'start' | 'end'> {
  readonly id: string;
}

/** Asks where the workers of an open workers file stand, in document order; the last good places while it is broken. */
export const workerPositionsRequest = new RequestType<{ readonly uri: string }, readonly WorkerPosition[], void>(
  'hsu/workerPositions',
);

/** What stands above a worker, and what a click on it does. */
export interface WorkerLens {
  readonly title: string;
  /** One of `clientCommands`. */
  readonly command: string;
  /** The worker that it is done to, where that is another than the one below: one of its replicas. */
  readonly id?: string;
}

/** The lenses of a workers file in few words: most workers have the same as others. */
export interface WorkerLenses {
  /** Each from left to right, and no two alike. */
  readonly rows: readonly (readonly WorkerLens[])[];
  /** In document order: the zero-based line and the id of a worker, and which of the rows stands above it. */
  readonly workers: readonly (readonly [line: number, id: string, row: number])[];
}

/** Asks for the lenses of an open workers file; any other document has none. */
export const workerLensesRequest = new RequestType<{ readonly uri: string }, WorkerLenses, void>('hsu/workerLenses');

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
