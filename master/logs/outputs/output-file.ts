import { open, readFile, rename, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { LogRotation } from '../../config/log-collection.ts';
import { makeFolder } from '../../make-folder.ts';

export interface OutputFileOptions {
  /** Absolute. */
  readonly path: string;
  readonly rotation: LogRotation;
  /** Where the cursor is kept, for a later master. */
  readonly cursor: string;
  readonly now: () => number;
}

/** What is in the file for certain; whatever it holds beyond is written once more. */
interface Cursor {
  /** The number of the newest line by key. */
  readonly seqs: Record<string, number>;
  /** The file itself: another one in its place is not ours to cut. */
  inode: number;
  /** When it was made: the number alone is soon another file's. */
  born: number;
  size: number;
  /** When its first line was written, milliseconds since the epoch. */
  since: number;
}

/** A line as it is written. */
export interface OutputLine {
  /** Names the worker and the output it comes by: each counts for itself. */
  readonly key: string;
  readonly seq: number;
  /** Empty where a filter left it out: then only its number is noted. */
  readonly text: string;
}

/**
 * A file that lines are appended to, each exactly once, also over a kill -9 of the master: beside it stands how far it
 * is written, and what was written beyond that is cut off and written again. By renaming a full file no line is lost.
 */
export class OutputFile {
  readonly #options: OutputFileOptions;
  #cursor: Cursor = { seqs: {}, inode: 0, born: 0, size: 0, since: 0 };
  #file: FileHandle | undefined;
  #loaded: Promise<void> | undefined;
  #opened: Promise<void> | undefined;

  constructor(options: OutputFileOptions) {
    this.#options = options;
  }

  /** The newest line of a key that is in it or left out of it; undefined when the key is new to it. */
  async written(key: string): Promise<number | undefined> {
    await this.#load();
    return Object.hasOwn(this.#cursor.seqs, key) ? this.#cursor.seqs[key] : undefined;
  }

  /** Begins with a key behind a line, not to write what was before this output. Noted also while the file refuses. */
  async skip(key: string, seq: number): Promise<void> {
    await this.#load();
    this.#cursor.seqs[key] = seq;
    await this.#save();
  }

  /** Appends lines and notes that. Rejects where the system refuses; then none of what is not noted counts as written. */
  async append(lines: readonly OutputLine[]): Promise<void> {
    await this.#open();
    const { maxBytes = Number.POSITIVE_INFINITY, maxAgeMs = Number.POSITIVE_INFINITY } = this.#options.rotation;
    let texts: string[] = [];
    let bytes = 0;
    const flush = async () => {
      if (bytes > 0) await this.#write(Buffer.from(texts.join('')));
      texts = [];
      bytes = 0;
    };
    for (const { key, seq, text } of lines) {
      const length = Buffer.byteLength(text);
      const size = this.#cursor.size + bytes;
      const isOld = size > 0 && this.#options.now() - this.#cursor.since >= maxAgeMs;
      if (length > 0 && size > 0 && (isOld || size + length > maxBytes)) {
        await flush();
        await this.#rotate();
      }
      texts.push(text);
      bytes += length;
      this.#cursor.seqs[key] = seq;
    }
    await flush();
    await this.#save();
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
    this.#opened = undefined;
    this.#loaded = undefined;
  }

  /** What is noted, whether the file can be opened or not. */
  #load(): Promise<void> {
    this.#loaded ??= this.#loadAnew().catch((error: unknown) => {
      this.#loaded = undefined;
      throw error;
    });
    return this.#loaded;
  }

  async #loadAnew(): Promise<void> {
    await makeFolder(path.dirname(this.#options.cursor), 0o700);
    const saved = parseCursor(await readFile(this.#options.cursor, 'utf8').catch(() => ''));
    this.#cursor = saved ?? { seqs: {}, inode: 0, born: 0, size: 0, since: 0 };
  }

  #open(): Promise<void> {
    this.#opened ??= this.#openAnew().catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }

  async #openAnew(): Promise<void> {
    await this.#load();
    await makeFolder(path.dirname(this.#options.path));
    this.#file = await open(this.#options.path, 'a');
    const { ino: inode, birthtimeMs: born, size } = await this.#file.stat();
    const saved = this.#cursor;
    const isSame = saved.inode === inode && saved.born === born;
    if (isSame && size > saved.size) await this.#file.truncate(saved.size);
    const since = isSame ? saved.since : this.#options.now();
    this.#cursor = { seqs: saved.seqs, inode, born, size: isSame ? Math.min(size, saved.size) : size, since };
    await this.#save();
  }

  async #write(bytes: Buffer): Promise<void> {
    if (this.#cursor.size === 0) this.#cursor.since = this.#options.now();
    try {
      await this.#file?.appendFile(bytes);
      this.#cursor.size += bytes.length;
    } catch (error) {
      // Opened anew, it is cut to what is noted.
      await this.close();
      throw error;
    }
  }

  /** file.log becomes file.log.1, that file.log.2, and so on; what is too old or too many goes. */
  async #rotate(): Promise<void> {
    const { path: name, rotation, now } = this.#options;
    // From here on, what is in the old file counts as written, wherever this is cut off.
    await this.#save();
    await this.#file?.close();
    const most = rotation.maxFiles ?? 10;
    let last = 1;
    while (await exists(`${name}.${last}`)) last += 1;
    for (let number = last; number > 1; number -= 1) await rename(`${name}.${number - 1}`, `${name}.${number}`);
    await rename(name, `${name}.1`);
    for (let number = last; number >= 1; number -= 1) {
      const file = `${name}.${number}`;
      const age = now() - ((await stat(file).catch(() => undefined))?.mtimeMs ?? now());
      if (number > most || age > (rotation.maxAgeMs ?? Number.POSITIVE_INFINITY)) await rm(file, { force: true });
    }
    this.#file = await open(name, 'a');
    const { ino, birthtimeMs } = await this.#file.stat();
    this.#cursor.inode = ino;
    this.#cursor.born = birthtimeMs;
    this.#cursor.size = 0;
    await this.#save();
  }

  async #save(): Promise<void> {
    const { cursor } = this.#options;
    await writeFile(`${cursor}.new`, JSON.stringify(this.#cursor), { mode: 0o600 });
    await rename(`${cursor}.new`, cursor);
  }
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined;
}

function parseCursor(text: string): Cursor | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isCursor(value) ? { ...value, seqs: { ...value.seqs } } : undefined;
  } catch {
    return undefined;
  }
}

function isCursor(value: unknown): value is Cursor {
  return (
    isRecord(value) &&
    isRecord(value['seqs']) &&
    Object.values(value['seqs']).every(Number.isSafeInteger) &&
    ['inode', 'born', 'size', 'since'].every((key) => typeof value[key] === 'number')
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
