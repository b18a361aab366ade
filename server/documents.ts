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
import type { TextEdit } from '../master/config/problem.ts';
import { WorkersDocument } from '../master/config/workers-document.ts';
import type { WorkerSnapshot } from '../master/lifecycle/worker-snapshot.ts';
import type { CachedFacts } from '../master/world/cached-world.ts';
import { documentKind } from './document-kind.ts';
import type { OpenDocument, OpenWorkersFile } from './document.ts';

/** The documents the editor has open, each with what it means now. */
export class Documents {
  readonly #open = new Map<string, OpenDocument>();
  readonly #texts = new Map<string, TextDocument>();
  readonly #snapshots = new Map<string, ReadonlyMap<string, WorkerSnapshot>>();
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
    const places = TextDocument.create(uri, languageId, version, text);
    this.#texts.set(uri, places);
    this.#open.set(uri, this.#read(places, undefined, []));
  }

  change({ uri, version }: VersionedTextDocumentIdentifier, changes: readonly TextDocumentContentChangeEvent[]): void {
    const places = this.#texts.get(uri);
    if (!places) return;
    const edits: TextEdit[] = [];
    for (const change of changes) {
      const [start, end] =
        'range' in change
          ? [places.offsetAt(change.range.start), places.offsetAt(change.range.end)]
          : [0, places.getText().length];
      edits.push({ start, end, newText: change.text });
      TextDocument.update(places, [change], version);
    }
    this.#open.set(uri, this.#read(places, this.#open.get(uri), edits));
  }

  close(uri: string): void {
    this.#open.delete(uri);
    this.#texts.delete(uri);
  }

  /** A file that no editor has open; undefined when it cannot be read. */
  async readClosed(uri: string): Promise<OpenDocument | undefined> {
    try {
      const text = await readFile(fileURLToPath(uri), 'utf8');
      return this.#read(TextDocument.create(uri, 'yaml', 0, text), undefined, []);
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
          ? { ...document, workers: document.workers.refresh(questions) }
          : { ...document, reading: readPackageManifest(document.places.getText(), document.world) };
      this.#open.set(document.uri, next);
      concerned.push(next);
    }
    return concerned;
  }

  /** The workers of a file as its master has them; null when it has no master. */
  setSnapshots(uri: string, workers: readonly WorkerSnapshot[] | null): void {
    if (workers) this.#snapshots.set(uri, new Map(workers.map((worker) => [worker.id, worker])));
    else this.#snapshots.delete(uri);
    const document = this.workers(uri);
    if (document) this.#open.set(uri, { ...document, snapshots: this.#snapshots.get(uri) });
  }

  #read(places: TextDocument, before: OpenDocument | undefined, edits: readonly TextEdit[]): OpenDocument {
    const { uri, version } = places;
    const world = before?.world ?? this.#facts.world(folderOf(uri));
    const base = { uri, version, places, world };
    if (before?.kind === 'workers') {
      const workers = before.workers.edit(edits);
      const broken = workers.size === 0 && workers.frame.problems.some(({ severity }) => severity !== 'information');
      const good = before.lastGood ?? (before.workers.size > 0 ? before.workers : undefined);
      return { ...before, ...base, workers, lastGood: broken ? good : undefined };
    }
    const text = places.getText();
    switch (documentKind(uri, places.languageId, text)) {
      case 'workers':
        return {
          ...base,
          kind: 'workers',
          workers: WorkersDocument.open(text, world),
          snapshots: this.#snapshots.get(uri),
          lastGood: undefined,
        };
      case 'package':
        return { ...base, kind: 'package', reading: readPackageManifest(text, world) };
      case 'foreign':
        return { ...base, kind: 'foreign' };
    }
  }
}

/** Documents without a place on this machine (untitled, remote) count as standing in the root folder. */
function folderOf(uri: string): string {
  try {
    return path.dirname(fileURLToPath(uri));
  } catch {
    return path.resolve('/');
  }
}
