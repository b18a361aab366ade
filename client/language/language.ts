import type * as vscode from 'vscode';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import type { SwitchDeploymentParams, SwitchDeploymentResult } from '../../server/protocol.ts';

/** What the rest of the client wants of the language server. */
export interface Language extends vscode.Disposable {
  /** Tells the server the newest snapshots of a file, null when its master is gone; `changed`: where no others have changed. */
  show(uri: vscode.Uri, workers: readonly WorkerSnapshot[] | null, changed?: readonly WorkerSnapshot[]): void;
  /** Tells the server which overlay is laid over a file; undefined for none. */
  lay(uri: vscode.Uri, overlay: vscode.Uri | undefined): void;
  /** What switching workers of a file takes; with the text of the overlay in force, edits of that. */
  switchDeployment(
    document: vscode.TextDocument,
    wanted: Omit<SwitchDeploymentParams, 'uri'>,
  ): Promise<SwitchDeploymentResult>;
  /** The workers of a workers file, in its order. */
  workerPositions(uri: vscode.Uri): Promise<readonly PlacedWorker[]>;
  /** Shows places as VS Code shows references; the arguments of a lens: a URI, a Position and Locations as LSP has them. */
  showReferences(uri: unknown, position: unknown, locations: unknown): Promise<void>;
}

export interface PlacedWorker {
  readonly id: string;
  /** The value of `id`. */
  readonly range: vscode.Range;
}
