import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type {
  TextDocumentContentChangeEvent,
  TextDocumentItem,
  VersionedTextDocumentIdentifier,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { readPackageManifest } from '../master/config/read-package-manifest.ts';
import { WorkersDocument } from '../master/config/workers-document.ts';
import type { WorkerSnapshot } from '../master/lifecycle/worker-snapshot.ts';
import type { CachedFacts } from '../master/world/cached-world.ts';
import { documentKind } from './document-kind.ts';
import { type LaidOver, type OpenDocument, type OpenWorkersFile, readable } from './document.ts';
import { heldAfter } from './held-workers.ts';
import { newsOf, type ShownNews } from './shown-news.ts';

/** The documents the editor has open, each with what it means now. */
export class Documents {
  readonly #open = new Map<string, OpenDocument>();
  readonly #languages = new Map<string, string>();
  /** What is known of the workers of each file; an open document has the same map, so that it knows the newest too. */
  readonly #snapshots = new Map<string, Map<string, WorkerSnapshot>>();
  /** Which file is laid over a workers file, both by their URIs. */
  readonly #overlays = new Map<string, string>();
  readonly #facts: CachedFacts;

  constructor(facts: CachedFacts) {
    this.#facts = facts;
  }

  get(uri: string): OpenDocument | undefined {
    return this.#open.get(uri);
  }

  /** A workers file that is open. */
  workers(uri: string): OpenWorkersFile | undefined {
    const document = this.#open.get(uri);
    return document?.kind === 'workers' ? document : undefined;
  }

  all(): Iterable<OpenDocument> {
    return this.#open.values();
  }

  open({ uri, languageId, version, text }: TextDocumentItem): void {
    this.#open.set(uri, this.#read(uri, languageId, version, text));
    this.#languages.set(uri, languageId);
  }

  change({ uri, version }: VersionedTextDocumentIdentifier, changes: readonly TextDocumentContentChangeEvent[]): void {
    const before = this.#open.get(uri);
    if (!before) return;
    if (before.kind === 'workers') {
      this.#open.set(uri, changedWorkers(before, version, changes));
      return;
    }
    let { places } = before;
    for (const change of changes) {
      const start = 'range' in change ? places.offsetAt(change.range.start) : 0;
      const end = 'range' in change ? places.offsetAt(change.range.end) : undefined;
      const text = places.getText();
      const next = text.slice(0, start) + change.text + (end === undefined ? '' : text.slice(end));
      places = TextDocument.create(uri, '', version, next);
    }
    this.#open.set(uri, this.#read(uri, this.#languages.get(uri) ?? '', version, places.getText()));
  }

  close(uri: string): void {
    this.#open.delete(uri);
    this.#languages.delete(uri);
  }

  /** A file that no editor has open; undefined when it cannot be read. */
  async readClosed(uri: string, languageId = 'yaml'): Promise<OpenDocument | undefined> {
    try {
      const text = await readFile(fileURLToPath(uri), 'utf8');
      return this.#read(uri, languageId, 0, text);
    } catch {
      return undefined;
    }
  }

  /** Facts about the machine have changed: what rests on them is read again. Returns the documents concerned. */
  refresh(questions: ReadonlySet<string>): OpenDocument[] {
    const concerned: OpenDocument[] = [];
    for (const document of this.#open.values()) {
      if (document.kind === 'foreign') continue;
      const next =
        document.kind === 'workers'
          ? withWorkers(document, document.workers.refresh(questions))
          : { ...document, reading: readPackageManifest(document.places.getText(), document.world) };
      this.#open.set(document.uri, next);
      concerned.push(next);
    }
    return concerned;
  }

  /** The workers of a file as its master has them; null when it has no master. */
  setSnapshots(uri: string, workers: readonly WorkerSnapshot[] | null): ShownNews {
    const known = this.#snapshots.get(uri);
    const newest = workers && new Map(workers.map((worker) => [worker.id, worker]));
    if (newest) this.#snapshots.set(uri, newest);
    else this.#snapshots.delete(uri);
    this.#follow(uri);
    const ids = new Set([...(known?.keys() ?? []), ...(newest?.keys() ?? [])]);
    const news = newsOf(Array.from(ids, (id) => ({ before: known?.get(id), after: newest?.get(id) })));
    // What is laid over a file that a master runs shows other lenses than what is laid over none.
    return { ...news, lenses: news.lenses || (known === undefined) !== (newest === null) };
  }

  /** Takes over what has changed of workers that are known. */
  changeSnapshots(uri: string, changed: readonly WorkerSnapshot[]): ShownNews {
    const known = this.#snapshots.get(uri);
    if (!known) return newsOf([]);
    const news = newsOf(changed.map((after) => ({ before: known.get(after.id), after })));
    for (const worker of changed) known.set(worker.id, worker);
    return news;
  }

  /** The workers of a file as its master has them. */
  snapshots(uri: string): Iterable<WorkerSnapshot> {
    return this.#snapshots.get(uri)?.values() ?? [];
  }

  /** The open documents that show the workers of a file: itself, and overlays of it. */
  showing(uri: string): string[] {
    return [...this.#open.values()]
      .filter((one) => one.kind === 'workers' && (one.uri === uri || one.over?.uri === uri))
      .map((one) => one.uri);
  }

  /** Lays one file over another; null lays none. */
  setOverlay(uri: string, overlay: string | null): void {
    if (overlay === null) this.#overlays.delete(uri);
    else this.#overlays.set(uri, overlay);
    this.#follow(uri);
  }

  /** Whether a file is laid over a workers file that is open. */
  isLaid(overlay: string): boolean {
    return [...this.#overlays].some(([uri, laid]) => laid === overlay && this.#open.has(uri));
  }

  /** What is laid over a workers file, as far as it can be read; undefined for nothing. */
  async overlayOf(uri: string): Promise<OpenWorkersFile | undefined> {
    const overlay = this.#overlays.get(uri);
    if (overlay === undefined) return undefined;
    // Whatever its name is: the client says that it is an overlay.
    const document = this.workers(overlay) ?? (await this.readClosed(overlay, 'hsu-workers'));
    return document?.kind === 'workers' ? readable(document) : undefined;
  }

  /** The file that a document is laid over, where it is in force and some worker has failed; undefined otherwise. */
  async belowFailures(document: OpenDocument): Promise<OpenWorkersFile | undefined> {
    if (document.kind !== 'workers' || !document.over?.isInForce) return undefined;
    const { uri } = document.over;
    if (![...this.snapshots(uri)].some(({ state }) => state === 'failed')) return undefined;
    const below = this.workers(uri) ?? (await this.readClosed(uri, 'hsu-workers'));
    return below?.kind === 'workers' ? readable(below) : undefined;
  }

  /** A document with what is known now of the workers that it is about. */
  withStates(document: OpenDocument): OpenDocument {
    if (document.kind !== 'workers') return document;
    const over = this.#laidOver(document.uri);
    return { ...document, over, snapshots: this.#snapshots.get(over?.uri ?? document.uri) };
  }

  /** Gives the open documents that have to do with a workers file what is known of it now. */
  #follow(uri: string): void {
    for (const document of this.#open.values()) {
      if (document.kind !== 'workers') continue;
      const over = this.#laidOver(document.uri);
      if (![document.uri, document.over?.uri, over?.uri].includes(uri)) continue;
      this.#open.set(document.uri, this.withStates(document));
    }
  }

  /** What a file is an overlay of: as the client says, else by its name, where workers of such a file are known. */
  #laidOver(uri: string): LaidOver | undefined {
    if (this.#snapshots.has(uri)) return undefined;
    for (const [below, overlay] of this.#overlays) if (overlay === uri) return { uri: below, isInForce: true };
    const below = uri.replace(/\.[^./]+(?=\.ya?ml$)/, '');
    return this.#snapshots.has(below) ? { uri: below, isInForce: false } : undefined;
  }

  #read(uri: string, languageId: string, version: number, text: string): OpenDocument {
    const world = this.#facts.world(folderOf(uri));
    const base = { uri, version, world };
    const kind = documentKind(uri, languageId, text);
    if (kind === 'workers') {
      const workers = WorkersDocument.open(text, world);
      const over = this.#laidOver(uri);
      return {
        ...base,
        kind,
        workers,
        places: workers,
        over,
        snapshots: this.#snapshots.get(over?.uri ?? uri),
        lastGood: undefined,
        held: undefined,
      };
    }
    const places = TextDocument.create(uri, languageId, version, text);
    if (kind === 'package') return { ...base, kind, places, reading: readPackageManifest(text, world) };
    return { ...base, kind, places };
  }
}

function withWorkers(document: OpenWorkersFile, workers: WorkersDocument): OpenWorkersFile {
  return { ...document, workers, places: workers };
}

/** Each change is about the text that the one before it left. */
function changedWorkers(
  before: OpenWorkersFile,
  version: number,
  changes: readonly TextDocumentContentChangeEvent[],
): OpenWorkersFile {
  let { workers, held } = before;
  for (const change of changes) {
    const [start, end] =
      'range' in change
        ? [workers.offsetAt(change.range.start), workers.offsetAt(change.range.end)]
        : [0, workers.length];
    const edit = { start, end: Math.max(start, end), newText: change.text };
    const next = workers.edit([edit]);
    held = heldAfter(held, workers, edit, next);
    workers = next;
  }
  const broken = workers.size === 0 && workers.frame.problems.some(({ severity }) => severity !== 'information');
  const good = before.lastGood ?? (before.workers.size > 0 ? before.workers : undefined);
  return { ...before, version, workers, places: workers, lastGood: broken ? good : undefined, held };
}

/** Documents without a place on this machine (untitled, remote) count as standing in the root folder. */
export function folderOf(uri: string): string {
  try {
    return path.dirname(fileURLToPath(uri));
  } catch {
    return path.resolve('/');
  }
}
