import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { linesIn } from './lines-in.ts';
import type { Batch } from './log-index.ts';

const chunkBytes = 256 * 1024;
const chunk = Buffer.allocUnsafeSlow(chunkBytes);

/** One file that a worker's stream is written to, read as far as its lines are complete. */
export class Spool {
  readonly stream: Batch['stream'];
  readonly path: string;
  readonly #file: number;
  /** Up to here its lines are in the index. */
  offset = 0;

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

  append(text: string): void {
    writeSync(this.#file, text);
  }

  close(): void {
    closeSync(this.#file);
  }
}
