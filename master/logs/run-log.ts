import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { LogLine } from '../protocol.ts';
import { linesIn } from './lines-in.ts';
import type { Hole } from './hole-puncher.ts';
import { LogIndex, recordBytes, type Batch } from './log-index.ts';
import { Spool } from './spool.ts';
import type { Mask } from '../secrets/mask.ts';
import { readStructuredLine, type StructuredLine } from './structured-line.ts';

export interface RunLogOptions {
  readonly folder: string;
  readonly id: string;
  readonly run: number;
  readonly mask: () => Mask;
}

/** What one run wrote: its two spool files, and the index that numbers their lines. */
export class RunLog {
  readonly run: number;
  readonly stdout: Spool;
  readonly stderr: Spool;
  readonly #index: LogIndex;
  readonly #mask: () => Mask;
  #knowsOffsets = false;
  #isClosed = false;

  constructor({ folder, id, run, mask }: RunLogOptions) {
    this.run = run;
    this.#mask = mask;
    this.#index = new LogIndex(path.join(folder, indexFolder, `${id}.${run}`));
    const spool = (stream: Batch['stream']) => new Spool(stream, path.join(folder, spoolName(id, run, stream)));
    let stdout: Spool | undefined;
    try {
      this.stdout = stdout = spool('stdout');
      this.stderr = spool('stderr');
    } catch (error) {
      // Where no more files can be opened, those that were must not be lost.
      stdout?.close();
      this.#index.close();
      throw error;
    }
  }

  /** The number of its newest line; 0 when it has none. */
  get lastSeq(): number {
    for (const { firstSeq, count } of this.#index.backwards()) return firstSeq + count - 1;
    return this.#index.floor().firstSeq - 1;
  }

  /** How much it takes on the disk, index included, in bytes. */
  storedBytes(): number {
    const floor = this.#index.floor();
    const index = (this.#index.records - floor.records) * recordBytes;
    return this.stdout.size() - floor.stdout + this.stderr.size() - floor.stderr + index;
  }

  /** How much was written that is not taken in yet, in bytes. */
  untakenBytes(): number {
    this.#findOffsets();
    return this.stdout.size() - this.stdout.offset + this.stderr.size() - this.stderr.offset;
  }

  /**
   * Takes in what was written since, at most about `budget` bytes, numbered from `firstSeq`. `seen` is given each
   * batch once it is in the index. Returns whether something may be left.
   */
  absorb(
    options: { readonly isFinal: boolean; readonly budget: number },
    firstSeq: () => number,
    seen: (batch: Batch, bytes: Buffer) => void,
  ): boolean {
    this.#findOffsets();
    let left = options.budget;
    // In turns, so that a flood on one stream does not hold up the other.
    for (let open = [this.stdout, this.stderr]; open.length > 0 && left > 0;) {
      open = open.filter((spool) => {
        const bytes = this.#takeFrom(spool, options.isFinal, firstSeq, seen);
        left -= bytes;
        return bytes > 0;
      });
    }
    return left <= 0;
  }

  /** Takes in everything that was written before the call, and no flood behind it. */
  catchUp(firstSeq: () => number, seen: (batch: Batch, bytes: Buffer) => void): void {
    this.#findOffsets();
    for (const { spool, size } of [this.stdout, this.stderr].map((spool) => ({ spool, size: spool.size() }))) {
      while (spool.offset < size && this.#takeFrom(spool, false, firstSeq, seen) > 0) continue;
    }
  }

  /** Returns how many bytes were taken in. */
  #takeFrom(
    spool: Spool,
    isFinal: boolean,
    firstSeq: () => number,
    seen: (batch: Batch, bytes: Buffer) => void,
  ): number {
    const part = spool.next(isFinal);
    if (!part) return 0;
    const { start, end, count, bytes } = part;
    const batch: Batch = { stream: spool.stream, start, end, count, firstSeq: firstSeq(), time: Date.now() };
    this.#index.append(batch);
    seen(batch, bytes);
    return end - start;
  }

  /** Where the master before this one left off. Only who reads on needs to know. */
  #findOffsets(): void {
    if (this.#knowsOffsets) return;
    this.#knowsOffsets = true;
    const ends = { ...this.#index.floor() };
    const looksFor = new Set(
      [this.stdout, this.stderr].filter((spool) => spool.size() > 0).map(({ stream }) => stream),
    );
    for (const { stream, end } of this.#index.backwards()) {
      if (looksFor.delete(stream)) ends[stream] = end;
      if (looksFor.size === 0) break;
    }
    this.stdout.offset = ends.stdout;
    this.stderr.offset = ends.stderr;
  }

  /** Newest first. */
  batches(): Generator<Batch> {
    return this.#index.backwards();
  }

  /** Those the disk has had no room for, newest first; they are not among `batches()` of another reader. */
  unsaved(): readonly Batch[] {
    return this.#index.unsaved();
  }

  /** Oldest first, those on the disk. */
  *oldestFirst(): Generator<Batch> {
    for (const { batch } of this.#index.forwards()) yield batch;
  }

  /** Drops every batch whose lines are all before a number; returns what of which file nobody needs any more. */
  dropBefore(seq: number): readonly Hole[] {
    let { stdout, stderr, firstSeq, records } = this.#index.floor();
    const former = records;
    for (const { batch, records: upTo } of this.#index.forwards()) {
      if (batch.firstSeq + batch.count > seq) break;
      if (batch.stream === 'stdout') stdout = batch.end;
      else stderr = batch.end;
      firstSeq = batch.firstSeq + batch.count;
      records = upTo;
    }
    if (records > former) this.#index.raiseFloor({ stdout, stderr, firstSeq, records });
    return [
      { path: this.stdout.path, from: 0, to: stdout },
      { path: this.stderr.path, from: 0, to: stderr },
      // The first record is the floor.
      { path: this.#index.path, from: recordBytes, to: records * recordBytes },
    ].filter(({ from, to }) => to > from);
  }

  /** Whether it has no line, or none that is kept. */
  get isEmpty(): boolean {
    return this.#index.backwards().next().done === true;
  }

  /** The lines of a batch, oldest first; none when it was dropped. */
  lines(batch: Batch, bytes = this.#read(batch)): LogLine[] {
    const lines: LogLine[] = [];
    const time = new Date(batch.time).toISOString();
    const mask = this.#mask();
    linesIn(bytes, true, (start, end) => {
      const written = bytes.toString('utf8', start, end);
      const text = mask.text(written);
      const seq = batch.firstSeq + lines.length;
      lines.push({ seq, time, run: this.run, stream: batch.stream, text, ...masked(written, text, mask) });
    });
    return lines;
  }

  #read({ stream, start, end, firstSeq }: Batch): Buffer {
    const bytes = this[stream].read(start, end);
    // Below the floor they may have gone while they were read.
    return firstSeq < this.#index.floor().firstSeq ? Buffer.alloc(0) : bytes;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#index.close();
    this.stdout.close();
    this.stderr.close();
  }
}

/** Read as it was written: masked JSON is no JSON any more. */
function masked(written: string, text: string, mask: Mask): StructuredLine {
  const { message, fields, ...rest } = readStructuredLine(written);
  if (text === written)
    return { ...rest, ...(message === undefined ? {} : { message }), ...(fields ? { fields } : {}) };
  return {
    ...rest,
    ...(message === undefined ? {} : { message: mask.text(message) }),
    ...(fields
      ? { fields: Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, mask.value(value, key)])) }
      : {}),
  };
}

/** Apart from the spool files, whose folder is watched: an index is written by the watcher itself. */
export const indexFolder = 'index';

/** A worker's id holds no dot, so names of different workers never meet. */
function spoolName(id: string, run: number, stream: Batch['stream']): string {
  return `${id}.${run}.${stream === 'stdout' ? 'out' : 'err'}`;
}

/** The runs of each worker that left an index, oldest first. */
export function storedRuns(folder: string): Map<string, number[]> {
  const runs = new Map<string, number[]>();
  for (const name of readdirSync(path.join(folder, indexFolder))) {
    const [id = '', run = ''] = name.split('.');
    if (!/^\d+$/.test(run)) continue;
    const known = runs.get(id);
    if (known) known.push(Number(run));
    else runs.set(id, [Number(run)]);
  }
  for (const each of runs.values()) each.sort((a, b) => a - b);
  return runs;
}

export function removeRunLog(folder: string, id: string, run: number): void {
  for (const stream of ['stdout', 'stderr'] as const)
    rmSync(path.join(folder, spoolName(id, run, stream)), { force: true });
  rmSync(path.join(folder, indexFolder, `${id}.${run}`), { force: true });
}
