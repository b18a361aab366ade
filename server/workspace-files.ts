import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { OpenDocument } from './document.ts';

/** What may be ours by its name; a package.yaml is looked into before it counts. */
const configurationName = /^(?:workers(?:[.-][^/]+)?|(?:worker-)?package)\.ya?ml$/i;
/** Folders that hold other people's files, or none. */
const foreignFolders = new Set(['node_modules', '.git', '.cache', 'dist', '.venv', 'target']);
/** A workspace with more is not walked to its end. */
const mostFolders = 20_000;

interface Known {
  readonly stamp: string;
  readonly document: OpenDocument;
}

/** The configuration files of the workspace that no editor has open, read when they are needed. */
export class WorkspaceFiles {
  readonly #read: (uri: string) => Promise<OpenDocument | undefined>;
  readonly #known = new Map<string, Known>();
  #folders: readonly string[] = [];
  #uris: Promise<readonly string[]> | undefined;
  #facts = 0;
  #changes = 0;
  #waiting: (() => void)[] = [];

  /** `read` gives a document once everything it asks of the machine is known. */
  constructor(read: (uri: string) => Promise<OpenDocument | undefined>) {
    this.#read = read;
  }

  set folders(uris: readonly string[]) {
    this.#folders = uris.filter((uri) => uri.startsWith('file:')).map((uri) => fileURLToPath(uri));
    this.#uris = undefined;
    this.#tell();
  }

  /** Files came, went or changed. */
  filesChanged(): void {
    this.#uris = undefined;
    this.#tell();
  }

  /** What the files are checked against changed. */
  factsChanged(): void {
    this.#facts++;
    this.#tell();
  }

  /** What is told of running workers changed, to which files that belongs, or what repositories offer. */
  statesChanged(): void {
    this.#tell();
  }

  /** A document was opened or closed. */
  editorsChanged(): void {
    this.#tell();
  }

  /** Counts everything that may have changed what is found. */
  get changes(): number {
    return this.#changes;
  }

  /** Resolves when more than the given number of changes were told, or when the signal is raised. */
  changedSince(changes: number, cancelled: (listener: () => void) => { dispose(): void }): Promise<void> {
    if (this.#changes !== changes) return Promise.resolve();
    return new Promise((resolve) => {
      const listening = cancelled(resolve);
      this.#waiting.push(() => {
        listening.dispose();
        resolve();
      });
    });
  }

  /** URIs in alphabetical order. */
  uris(): Promise<readonly string[]> {
    return (this.#uris ??= this.#find());
  }

  /** A file as it is now; undefined when it cannot be read or belongs to another tool. */
  async document(uri: string): Promise<OpenDocument | undefined> {
    const stamp = await this.#stampOf(uri);
    const known = this.#known.get(uri);
    if (stamp === undefined) this.#known.delete(uri);
    else if (known?.stamp === stamp) return known.document;
    const document = stamp === undefined ? undefined : await this.#read(uri);
    if (!document || document.kind === 'foreign' || stamp === undefined) return undefined;
    this.#known.set(uri, { stamp, document });
    return document;
  }

  async #stampOf(uri: string): Promise<string | undefined> {
    const facts = await stat(fileURLToPath(uri)).catch(() => undefined);
    return facts?.isFile() ? `${facts.mtimeMs}.${facts.size}.${this.#facts}` : undefined;
  }

  async #find(): Promise<readonly string[]> {
    const found: string[] = [];
    const queue = [...this.#folders];
    for (let walked = 0; queue.length > 0 && walked < mostFolders; walked++) {
      const folder = queue.shift() ?? '';
      for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
        if (entry.isDirectory() && !foreignFolders.has(entry.name)) queue.push(path.join(folder, entry.name));
        else if (entry.isFile() && configurationName.test(entry.name)) found.push(path.join(folder, entry.name));
      }
    }
    return found.sort().map((file) => pathToFileURL(file).href);
  }

  #tell(): void {
    this.#changes++;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) go();
  }
}
