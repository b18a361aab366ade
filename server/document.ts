import type { Position, Range } from 'vscode-languageserver-types';
import type { WorkerSnapshot } from '../master/lifecycle/worker-snapshot.ts';
import type { WorkersDocument } from '../master/config/workers-document.ts';
import type { ManifestReading } from '../master/config/read-package-manifest.ts';
import { replicaIds } from '../master/config/replicas.ts';
import { hasItem, type HeldWorker, workersIn } from './held-workers.ts';
import type { World } from '../master/config/world.ts';

/** Where offsets of a text lie as lines and characters. */
export interface Places {
  positionAt(offset: number): Position;
  offsetAt(position: Position): number;
  getText(range?: Range): string;
}

interface DocumentBase {
  readonly uri: string;
  readonly version: number;
  readonly places: Places;
  readonly world: World;
}

export interface LaidOver {
  /** The file below. */
  readonly uri: string;
  /** Whether the file below runs with this overlay. */
  readonly isInForce: boolean;
}

/** A workers file as features see it. */
export interface OpenWorkersFile extends DocumentBase {
  readonly kind: 'workers';
  readonly workers: WorkersDocument;
  /** The workers file that it is an overlay of, where that one's workers are known. */
  readonly over: LaidOver | undefined;
  /** Of the master that runs the file, or the file below it, by id; undefined while none is known. */
  readonly snapshots: ReadonlyMap<string, WorkerSnapshot> | undefined;
  /** What the file said before it was broken so badly that none of its workers can be told any more. */
  readonly lastGood: WorkersDocument | undefined;
  /** Where the workers stand while an edit has torn some out of the list; undefined while the text tells. */
  readonly held: readonly HeldWorker[] | undefined;
}

/** The document, or as long as it is broken its last good state: what is shown beside the text stays where it was. */
export function readable(document: OpenWorkersFile): OpenWorkersFile {
  const { lastGood } = document;
  return lastGood ? { ...document, workers: lastGood, places: lastGood, lastGood: undefined } : document;
}

export type ShownWorker = HeldWorker;

/** Where the workers stand for whatever is shown beside the text: steady while the text is being typed. */
export function shownWorkers({ held, workers }: OpenWorkersFile): Iterable<ShownWorker> {
  return held?.filter((worker) => hasItem(workers, worker)) ?? workersIn(workers);
}

/** The running workers that one with `replicas` stands for, as far as its master has them. */
export function replicasOf({ snapshots }: OpenWorkersFile, id: string, replicas: number): readonly WorkerSnapshot[] {
  return replicaIds(id, replicas).flatMap((one) => snapshots?.get(one) ?? []);
}

/** A package.yaml that is ours. */
export interface OpenManifest extends DocumentBase {
  readonly kind: 'package';
  readonly reading: ManifestReading;
}

/** Named like one of ours, but another tool's: it gets nothing. */
export interface ForeignFile extends DocumentBase {
  readonly kind: 'foreign';
}

export type OpenDocument = OpenWorkersFile | OpenManifest | ForeignFile;

export function rangeOf(
  document: { readonly places: Pick<Places, 'positionAt'> },
  { start, end }: { start: number; end: number },
): Range {
  return { start: document.places.positionAt(start), end: document.places.positionAt(end) };
}

export function textOfDocument(document: OpenDocument): string {
  return document.kind === 'workers' ? document.workers.text : document.places.getText();
}
