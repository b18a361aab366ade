import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { linesIn } from './lines-in.ts';
import type { Batch } from './log-index.ts';

const chunkBytes = 256 * 1024;
const newline = 0x0a;
const chunk = Buffer.allocUnsafeSlow(chunkBytes);

/** One file that a worker's stream is written to, read as far as its lines are complete. */
export class Spool {
  readonly stream: Batch['stream'];
  readonly path: string;
  readonly #file: number;
  /** Up to here its lines are in the index. */
  offset = 0;
  /** Lines of `append` that found no room since that was told. */
  #lost = 0;
  /** The file ends within a line of `append`. */
  #isTorn = false;

  constructor(stream: Batch['stream'], path: string) {
    this.stream = stream;
    this.path = path;
    this.#file = openSync(path, 'a+', 0o600);
  }

  /**
   * The next complete lines, of at most 256 KiB; undefined when there are none. With `isFinal` also a last one that
   * no newline ends. `bytes` is valid until the next call of any spool.
   */
  next(
    isFinal: boolean,
  ): { readonly start: number; readonly end: number; readonly count: number; readonly bytes: Buffer } | undefined {
    const size = readSync(this.#file, chunk, 0, chunkBytes, this.offset);
    if (size === 0) return undefined;
    const isEnd = isFinal && size < chunkBytes;
    let count = 0;
    const used = linesIn(chunk.subarray(0, size), isEnd, () => {
      count += 1;
    });
    if (count === 0) return undefined;
    const start = this.offset;
    this.offset += used;
    return { start, end: this.offset, count, bytes: chunk.subarray(0, used) };
  }

  /** How much was ever written to it, in bytes. */
  size(): number {
    return fstatSync(this.#file).size;
  }

  /** The bytes of a batch read before. */
  read(start: number, end: number): Buffer {
    const bytes = Buffer.alloc(end - start);
    const size = readSync(this.#file, bytes, 0, bytes.length, start);
    return bytes.subarray(0, size);
  }

  /** What finds no room on the disk is counted, and told before the next that does; an empty text only tells. */
  append(text: string): void {
    const begin = this.#isTorn ? '\n' : '';
    const told = this.#lost > 0 ? `${begin}${this.#lost} lines are missing here: the disk had no room for them.\n` : '';
    const bytes = Buffer.from(`${told}${text}`);
    if (bytes.length === 0) return;
    const written = this.#write(bytes);
    if (written === bytes.length) {
      this.#lost = 0;
      this.#isTorn = false;
      return;
    }
    this.#lost += Math.max(1, text.split('\n').length - 1);
    if (written > 0) this.#isTorn = bytes[written - 1] !== newline;
  }

  /** Returns how much of it found room. */
  #write(bytes: Buffer): number {
    try {
      return writeSync(this.#file, bytes);
    } catch (error) {
      if (error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')) return 0;
      throw error;
    }
  }

  close(): void {
    closeSync(this.#file);
  }
}
