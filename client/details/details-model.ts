import type { EffectiveSetting } from '../../master/config/effective-configuration.ts';
import type { Endpoint, Health, ResourceSample } from '../../master/lifecycle/worker-snapshot.ts';
import type { WorkerState } from '../../master/lifecycle/worker-state.ts';
import type { Transition } from '../../master/protocol.ts';

/** What the page of a worker's details shows. */
export interface DetailsModel {
  readonly id: string;
  /** The workers file, as the editor shows paths. */
  readonly file: string;
  readonly state: WorkerState;
  readonly health: Health;
  /** The one sentence of the tree and the command line. */
  readonly sentence: string;
  readonly failure: string | null;
  readonly facts: readonly Fact[];
  readonly endpoints: readonly Endpoint[];
  readonly actions: readonly DetailsAction[];
  /** Oldest first. */
  readonly samples: readonly ResourceSample[];
  /** Oldest first. */
  readonly transitions: readonly Transition[];
  readonly configuration: readonly EffectiveSetting[];
  /** Every worker of the file. */
  readonly workers: readonly RelatedWorker[];
}

export interface Fact {
  readonly name: string;
  readonly value: string;
}

export interface RelatedWorker {
  readonly id: string;
  readonly state: WorkerState;
  readonly health: Health;
  readonly sentence: string;
  readonly dependsOn: readonly string[];
}

/** What a button of the page asks for; each is a command of the extension. */
export const detailsCommands = {
  start: 'hsu.worker.start',
  stop: 'hsu.worker.stop',
  restart: 'hsu.worker.restart',
  debug: 'hsu.worker.debug',
  switch: 'hsu.worker.switchDeployment',
  logs: 'hsu.worker.showLogs',
  failure: 'hsu.worker.showFailureLogs',
  file: 'hsu.worker.openInFile',
} as const;

export type DetailsAction = keyof typeof detailsCommands;

export type ToPage =
  /** Whole, but where `onlyChanged`: then its other workers are as they were told of before. */
  | { readonly kind: 'show'; readonly model: DetailsModel; readonly onlyChanged: boolean }
  /** There is nothing to show: why, as a sentence. */
  | { readonly kind: 'nothing'; readonly why: string };

export type FromPage =
  /** The page can be told what to show. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'act'; readonly action: DetailsAction }
  /** One of the worker's endpoints, by its address. */
  | { readonly kind: 'browse'; readonly address: string }
  /** Another worker of the file. */
  | { readonly kind: 'show'; readonly id: string };

/** What the page remembers for a reload of the window. */
export interface PageState {
  readonly file: string;
  readonly id: string;
}
