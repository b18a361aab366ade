import type { Fate, Health, Isolation } from '../master/lifecycle/worker-snapshot.ts';
import type { WorkerState } from '../master/lifecycle/worker-state.ts';

/** A worker as other extensions see it: a copy, never changed afterwards. */
export interface ApiWorker {
  readonly id: string;
  /** The path of its workers file. */
  readonly file: string;
  readonly type: 'process' | 'module';
  readonly isolation: Isolation;
  readonly state: WorkerState;
  readonly health: Health;
  /** The process its code runs in; 0 when it does not run. */
  readonly hostPid: number;
  readonly endpoints: readonly { readonly name: string; readonly address: string }[];
  /** One sentence; null while it has not failed. */
  readonly lastError: string | null;
  readonly fate: Fate;
}

/** What `vscode.extensions.getExtension('hsu-workers.hsu-workers').activate()` resolves to. It only reads. */
export interface HsuWorkersApi {
  /** Raised with every incompatible change; additions leave it. */
  readonly version: 1;
  /** Every worker of every workers file of the window; none in a workspace that is not trusted. */
  getWorkers(): readonly ApiWorker[];
  /** Called after changes, without arguments: `getWorkers` is cheap. Disposed by the caller. */
  readonly onDidChange: (listener: () => void) => { dispose(): void };
}
