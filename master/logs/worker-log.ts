import type { LogLine } from '../protocol.ts';
import type { Mask } from '../secrets/mask.ts';
import type { Hole } from './hole-puncher.ts';
import { recordBytes, type Batch } from './log-index.ts';
import { newestFirst, RunBatches } from './newest-first.ts';
import { removeRunLog, RunLog } from './run-log.ts';

/** How much of a flood is taken in before other workers have their turn, in bytes: some milliseconds' worth. */
const turnBytes = 2 * 1024 * 1024;

/** How many runs before the newest keep their output; a worker that crashes for ever must not fill the disk. */
const runsKept = 20;

interface WorkerLogOptions {
  readonly folder: string;
  readonly id: string;
  readonly runs: readonly number[];
  readonly mask: () => Mask;
  readonly wrote: () => void;
}

interface DropOptions {
  readonly wholeRuns: boolean;
  readonly taken: number;
  readonly worthBytes: number;
}

/** The log of one worker over all its runs. Only the files of runs that go on are held open: one, or two while one takes the other's place. */
export class WorkerLog {
  readonly #folder: string;
  readonly #id: string;
  readonly #mask: () => Mask;
  readonly #wrote: () => void;
  readonly #listeners = new Set<(lines: readonly LogLine[]) => void>();
  /** Oldest first, the open one included. */
  #runs: number[];
  readonly #live = new Map<number, RunLog>();
  /** The newest run that was read to its end. */
  #finished: number | undefined;
  /** The number of each run's newest line. */
  readonly #lastSeqs = new Map<number, number>();
  /** How much each run that is over takes on the disk, once it was asked for. */
  readonly #restingBytes = new Map<number, number>();
  #nextSeq = 1;
  #takenInBytes = 0;
  /** Counted when asked for. */
  #dropped: number | undefined;

  /** `runs` are those that left an index, oldest first. `wrote` is called after lines were taken in. */
  constructor({ folder, id, runs, mask, wrote }: WorkerLogOptions) {
    this.#wrote = wrote;
    this.#folder = folder;
    this.#id = id;
    this.#mask = mask;
    this.#runs = [...runs];
    for (const number of this.#runs.toReversed()) {
      const run = this.#runLog(number);
      this.#lastSeqs.set(number, run.lastSeq);
      // A former master may have been killed before it read the newest run to its end.
      this.#nextSeq = Math.max(this.#nextSeq, run.lastSeq + 1);
      if (number === this.#runs.at(-1)) this.#take(run, { isFinal: false, budget: Number.POSITIVE_INFINITY });
      run.close();
    }
  }

  /** The log of a run that begins, or that goes on under a new master. What a former master left open is over then. */
  open(number: number, isResumed: boolean): RunLog {
    const latest = this.#runs.at(-1);
    const isLeft = latest !== this.#finished && (latest !== number || !isResumed);
    if (latest !== undefined && !this.#live.has(latest) && isLeft) {
      this.finish(this.#runLog(latest));
    }
    if (!this.#runs.includes(number)) this.#runs = [...this.#runs, number].sort((a, b) => a - b);
    for (const old of this.#runs.slice(0, -runsKept - 1)) this.#remove(old);
    const run = this.#runLog(number);
    this.#live.set(number, run);
    return run;
  }

  /** Takes in what the live runs wrote since the last time; returns whether something may be left. */
  absorb(): boolean {
    const more = [...this.#live.values()].map((run) => this.#take(run, { isFinal: false, budget: turnBytes }));
    return more.includes(true);
  }

  /** Takes in what the live runs wrote before the call. */
  catchUp(): void {
    for (const run of this.#live.values()) run.catchUp(...this.#taking(run));
  }

  /** Takes in everything a run that is over has written, and lets go of its files. */
  finish(run: RunLog): void {
    if (run.isClosed) return;
    this.#take(run, { isFinal: true, budget: Number.POSITIVE_INFINITY });
    this.#restingBytes.delete(run.run);
    if (this.#live.get(run.run) === run) this.#live.delete(run.run);
    run.close();
    this.#finished = Math.max(this.#finished ?? 0, run.run);
  }

  /** How much all its runs take on the disk, in bytes. */
  storedBytes(): number {
    return this.#runs.reduce((total, number) => total + this.#storedBytesOf(number), 0);
  }

  /** Everything that was written since this master came, in bytes. */
  writtenBytes(): number {
    return [...this.#live.values()].reduce((total, run) => total + run.untakenBytes(), this.#takenInBytes);
  }

  /** How much of its output is behind a line, in bytes. */
  bytesAfter(seq: number): number {
    let bytes = this.writtenBytes() - this.#takenInBytes;
    for (const { batch } of this.batches()) {
      if (batch.firstSeq + batch.count - 1 <= seq) break;
      bytes += batch.end - batch.start;
    }
    return bytes;
  }

  /**
   * Drops the oldest lines, as far as they are taken in, until at most so many bytes are stored; returns what of which
   * file nobody needs any more. With `wholeRuns` a run is dropped as a whole once it is over, or not at all. Nothing
   * behind the line `taken` goes; where that hinders, nothing at all does unless it is worth so many bytes.
   */
  dropOldest(maxBytes: number, { wholeRuns, taken, worthBytes }: DropOptions): readonly Hole[] {
    const tooMuch = this.storedBytes() - maxBytes;
    let excess = tooMuch;
    let before = 0;
    let isHindered = false;
    for (const number of this.#runs) {
      if (excess <= 0 || isHindered || (wholeRuns && !this.#isPast(number))) break;
      this.#with(number, (run) => {
        if (wholeRuns && run.lastSeq > taken) isHindered = true;
        for (const batch of isHindered ? [] : run.oldestFirst()) {
          if (excess <= 0 && !wholeRuns) break;
          isHindered = batch.firstSeq + batch.count - 1 > taken;
          if (isHindered) break;
          excess -= batch.end - batch.start + recordBytes;
          before = Math.max(before, batch.firstSeq + batch.count);
        }
      });
    }
    if (isHindered && tooMuch - excess < worthBytes) return [];
    return this.#runs.flatMap((number) => {
      const { holes, isEmpty } = this.#with(number, (run) => ({
        holes: run.dropBefore(before),
        isEmpty: run.isEmpty,
      }));
      this.#restingBytes.delete(number);
      this.#dropped = undefined;
      if (!isEmpty || !this.#isPast(number)) return holes;
      this.#remove(number);
      return [];
    });
  }

  /** How many lines there were before the oldest that is kept. */
  droppedLines(): number {
    return (this.#dropped ??= Math.min(this.#nextSeq, ...this.#runs.flatMap((number) => this.#oldestIn(number))) - 1);
  }

  #oldestIn(number: number): readonly number[] {
    return this.#with(number, (run) => {
      for (const { firstSeq } of run.oldestFirst()) return [firstSeq];
      return [];
    });
  }

  /** The number of its newest line; 0 when it has none. */
  get lastSeq(): number {
    return this.#nextSeq - 1;
  }

  /** Some lines behind a number, oldest first, of at most about `budget` bytes; none when there are none. */
  linesAfter(seq: number, budget: number): readonly LogLine[] {
    if (seq >= this.lastSeq) return [];
    const newer: { readonly run: number; readonly batch: Batch }[] = [];
    for (const { run, batch } of this.batches()) {
      if (batch.firstSeq + batch.count - 1 <= seq) break;
      newer.push({ run: run.run, batch });
    }
    const lines: LogLine[] = [];
    let left = budget;
    for (let open: RunLog | undefined; left > 0;) {
      const next = newer.pop();
      if (open && open.run !== next?.run) open.close();
      if (!next) break;
      if (open?.run !== next.run) open = this.#runLog(next.run);
      for (const line of open.lines(next.batch)) if (line.seq > seq) lines.push(line);
      left -= next.batch.end - next.batch.start;
      if (left <= 0) open.close();
    }
    return lines;
  }

  listen(listener: (lines: readonly LogLine[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Every batch, newest first, with the run it belongs to; with `only` those of one run, counted back from the newest
   * where it is not positive. The files are opened anew for it, so that it may take its
   * time: the live run's own may be closed meanwhile.
   */
  *batches(only?: number): Generator<{ readonly run: RunLog; readonly batch: Batch }> {
    const unsaved = new Map([...this.#live].map(([number, run]) => [number, run.unsaved()]));
    const chosen = only === undefined || only > 0 ? only : (this.#runs.at(only - 1) ?? 0);
    const runs = this.#runs.filter((number) => chosen === undefined || number === chosen);
    const read = (number: number): RunBatches | undefined =>
      this.#runs.includes(number) ? new RunBatches(this.#runLog(number), unsaved.get(number) ?? []) : undefined;
    yield* newestFirst(runs.map((number) => ({ lastSeq: this.#lastSeqs.get(number) ?? 0, read: () => read(number) })));
  }

  close(): void {
    for (const run of this.#live.values()) run.close();
    this.#live.clear();
  }

  /** Over, and not the newest: that one also tells a later master where to go on counting. */
  #isPast(number: number): boolean {
    return !this.#live.has(number) && number !== this.#runs.at(-1);
  }

  #storedBytesOf(number: number): number {
    const live = this.#live.get(number);
    if (live) return live.storedBytes();
    const bytes = this.#restingBytes.get(number) ?? this.#with(number, (run) => run.storedBytes());
    this.#restingBytes.set(number, bytes);
    return bytes;
  }

  #with<T>(number: number, use: (run: RunLog) => T): T {
    const live = this.#live.get(number);
    const run = live ?? this.#runLog(number);
    try {
      return use(run);
    } finally {
      if (!live) run.close();
    }
  }

  #remove(number: number): void {
    removeRunLog(this.#folder, this.#id, number);
    this.#runs = this.#runs.filter((one) => one !== number);
    this.#lastSeqs.delete(number);
    this.#dropped = undefined;
    this.#restingBytes.delete(number);
  }

  #runLog(run: number): RunLog {
    return new RunLog({ folder: this.#folder, id: this.#id, run, mask: this.#mask });
  }

  #take(run: RunLog, options: { readonly isFinal: boolean; readonly budget: number }): boolean {
    return run.absorb(options, ...this.#taking(run));
  }

  /** How lines of a run are numbered, and what is done when they are in its index. */
  #taking(run: RunLog): [firstSeq: () => number, seen: (batch: Batch, bytes: Buffer) => void] {
    return [
      () => this.#nextSeq,
      (batch, bytes) => {
        this.#nextSeq += batch.count;
        this.#takenInBytes += batch.end - batch.start;
        this.#lastSeqs.set(run.run, this.#nextSeq - 1);
        this.#wrote();
        if (this.#listeners.size === 0) return;
        const lines = run.lines(batch, bytes);
        for (const listener of this.#listeners) listener(lines);
      },
    ];
  }
}
