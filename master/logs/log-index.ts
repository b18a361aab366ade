import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';

/** Lines that were read from a spool file at one time: a range of its bytes. */
export interface Batch {
  readonly stream: 'stdout' | 'stderr';
  readonly start: number;
  readonly end: number;
  readonly firstSeq: number;
  readonly count: number;
  /** When the master saw them, milliseconds since the epoch. */
  readonly time: number;
}

const fieldsOfBatch = 6;
const recordBytes = fieldsOfBatch * 8;
const slice = 1024;

/**
 * The batches of one run in the order they were seen, as records of one size in a file. It gives a later master the
 * numbers, times and order of all lines, and where to go on, without reading the lines.
 */
export class LogIndex {
  readonly #file: number;
  #saved: number;
  /** Batches that found no room on the disk; written with the next one. */
  #unsaved: Batch[] = [];

  constructor(path: string) {
    this.#file = openSync(path, 'a+', 0o600);
    this.#saved = Math.floor(fstatSync(this.#file).size / recordBytes);
    this.#dropTorn();
  }

  append(batch: Batch): void {
    this.#unsaved.push(batch);
    try {
      for (let batch = this.#unsaved[0]; batch; batch = this.#unsaved[0]) {
        writeSync(this.#file, encode(batch));
        this.#unsaved.shift();
        this.#saved += 1;
      }
    } catch {
      this.#dropTorn();
    }
  }

  /** Newest first. */
  *backwards(): Generator<Batch> {
    yield* this.#unsaved.toReversed();
    for (let end = this.#saved; end > 0; end -= slice) {
      const from = Math.max(0, end - slice);
      const bytes = Buffer.alloc((end - from) * recordBytes);
      readSync(this.#file, bytes, 0, bytes.length, from * recordBytes);
      for (let at = bytes.length - recordBytes; at >= 0; at -= recordBytes) {
        const batch = decode(bytes, at);
        if (batch) yield batch;
      }
    }
  }

  /** Newest first. */
  unsaved(): readonly Batch[] {
    return this.#unsaved.toReversed();
  }

  close(): void {
    closeSync(this.#file);
  }

  /** A master that was killed, or a full disk, may have left half a record. */
  #dropTorn(): void {
    const whole = this.#saved * recordBytes;
    if (fstatSync(this.#file).size > whole) ftruncateSync(this.#file, whole);
  }
}

function encode(batch: Batch): Buffer {
  const record = Buffer.alloc(recordBytes);
  const fields = [batch.stream === 'stdout' ? 1 : 2, batch.start, batch.end, batch.firstSeq, batch.count, batch.time];
  fields.forEach((field, at) => record.writeDoubleLE(field, at * 8));
  return record;
}

function decode(bytes: Buffer, at: number): Batch | undefined {
  const [stream = 0, start = 0, end = 0, firstSeq = 0, count = 0, time = 0] = Array.from(
    { length: fieldsOfBatch },
    (_, n) => bytes.readDoubleLE(at + n * 8),
  );
  const isSound = (stream === 1 || stream === 2) && start >= 0 && end >= start && firstSeq > 0 && count > 0;
  return isSound ? { stream: stream === 1 ? 'stdout' : 'stderr', start, end, firstSeq, count, time } : undefined;
}
