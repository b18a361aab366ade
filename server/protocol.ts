import { NotificationType } from 'vscode-jsonrpc';
import type { WorkerSnapshot } from '../master/lifecycle/worker-snapshot.ts';

/** What the language server is told beyond LSP by a client that runs a master. */

/** All workers of one workers file: whole, after every change; `workers: null` when its master is gone. */
export const workerSnapshotsNotification = new NotificationType<{
  /** As the client writes the document's URI. */
  readonly uri: string;
  readonly workers: readonly WorkerSnapshot[] | null;
}>('hsu/workerSnapshots');

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
