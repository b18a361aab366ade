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

/** Where what is kept of a run begins: all before it was dropped to keep to a size. */
export interface Floor {
  /** Offsets in the spool files. */
  readonly stdout: number;
  readonly stderr: number;
  /** No line before this number is kept. */
  readonly firstSeq: number;
  /** How many records at the begin of the index tell of what is dropped. */
  readonly records: number;
}

const fieldsOfRecord = 6;
export const recordBytes = fieldsOfRecord * 8;
const slice = 1024;
const kindOf = { stdout: 1, stderr: 2, floor: 3 } as const;
const nothingDropped: Floor = { stdout: 0, stderr: 0, firstSeq: 1, records: 0 };

/**
 * The batches of one run in the order they were seen, as records of one size in a file. It gives a later master the
 * numbers, times and order of all lines, and where to go on, without reading the lines. In the place of the first
 * record, once that was dropped, stands the floor.
 */
export class LogIndex {
  readonly path: string;
  readonly #file: number;
  #saved: number;
  /** Batches that found no room on the disk; written with the next one. */
  #unsaved: Batch[] = [];

  constructor(path: string) {
    this.path = path;
    this.#file = openSync(path, 'a+', 0o600);
    this.#saved = Math.floor(fstatSync(this.#file).size / recordBytes);
    this.#dropTorn();
  }

  /** How many there are on the disk, those of dropped batches included. */
  get records(): number {
    return this.#saved;
  }

  append(batch: Batch): void {
    this.#unsaved.push(batch);
    try {
      for (let batch = this.#unsaved[0]; batch; batch = this.#unsaved[0]) {
        // The last room on a disk may be less than a record.
        if (writeSync(this.#file, encode(batch)) < recordBytes) throw new Error('no room');
        this.#unsaved.shift();
        this.#saved += 1;
      }
    } catch {
      this.#dropTorn();
    }
  }

  /** As it is in the file now, whoever raised it. */
  floor(): Floor {
    const record = Buffer.alloc(recordBytes);
    readSync(this.#file, record, 0, recordBytes, 0);
    return decodeFloor(record) ?? nothingDropped;
  }

  /** From here on, nothing below it is given any more; the bytes it stood in may go then. */
  raiseFloor(floor: Floor): void {
    // Not through the other descriptor, which can only append.
    const file = openSync(this.path, 'r+');
    try {
      writeSync(
        file,
        encodeFields([kindOf.floor, floor.stdout, floor.stderr, floor.firstSeq, floor.records, 0]),
        0,
        recordBytes,
        0,
      );
    } finally {
      closeSync(file);
    }
  }

  /** Newest first. */
  *backwards(): Generator<Batch> {
    yield* this.#unsaved.toReversed();
    const least = this.floor().records;
    for (let end = this.#saved; end > least; end -= slice) {
      const from = Math.max(least, end - slice);
      const records = this.#records(from, end);
      for (let at = records.length - recordBytes; at >= 0; at -= recordBytes) {
        const batch = decode(records, at);
        if (batch) yield batch;
      }
    }
  }

  /** The saved ones, oldest first, each with how many records there are up to it and with it. */
  *forwards(): Generator<{ readonly batch: Batch; readonly records: number }> {
    const end = this.#saved;
    for (let from = this.floor().records; from < end; from += slice) {
      const records = this.#records(from, Math.min(end, from + slice));
      for (let at = 0; at < records.length; at += recordBytes) {
        const batch = decode(records, at);
        if (batch) yield { batch, records: from + at / recordBytes + 1 };
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

  #records(from: number, end: number): Buffer {
    const bytes = Buffer.alloc((end - from) * recordBytes);
    readSync(this.#file, bytes, 0, bytes.length, from * recordBytes);
    return bytes;
  }

  /** A master that was killed, or a full disk, may have left half a record. */
  #dropTorn(): void {
    const whole = this.#saved * recordBytes;
    if (fstatSync(this.#file).size > whole) ftruncateSync(this.#file, whole);
  }
}

function encode({ stream, start, end, firstSeq, count, time }: Batch): Buffer {
  return encodeFields([kindOf[stream], start, end, firstSeq, count, time]);
}

function encodeFields(fields: readonly number[]): Buffer {
  const record = Buffer.alloc(recordBytes);
  fields.forEach((field, at) => record.writeDoubleLE(field, at * 8));
  return record;
}

function decode(bytes: Buffer, at: number): Batch | undefined {
  const stream = bytes.readDoubleLE(at);
  const start = bytes.readDoubleLE(at + 8);
  const end = bytes.readDoubleLE(at + 16);
  const firstSeq = bytes.readDoubleLE(at + 24);
  const count = bytes.readDoubleLE(at + 32);
  const time = bytes.readDoubleLE(at + 40);
  const isBatch = stream === kindOf.stdout || stream === kindOf.stderr;
  const isSound = isBatch && start >= 0 && end >= start && firstSeq > 0 && count > 0;
  return isSound
    ? { stream: stream === kindOf.stdout ? 'stdout' : 'stderr', start, end, firstSeq, count, time }
    : undefined;
}

function decodeFloor(record: Buffer): Floor | undefined {
  if (record.readDoubleLE(0) !== kindOf.floor) return undefined;
  return {
    stdout: record.readDoubleLE(8),
    stderr: record.readDoubleLE(16),
    firstSeq: record.readDoubleLE(24),
    records: record.readDoubleLE(32),
  };
}
