import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { LogLine } from '../protocol.ts';
import type { Mask } from '../secrets/mask.ts';
import type { Batch } from './log-index.ts';
import { newestFirst, RunBatches } from './newest-first.ts';
import { indexFolder, removeRunLog, RunLog } from './run-log.ts';

/** How much of a flood is taken in before other workers have their turn, in bytes: some milliseconds' worth. */
const turnBytes = 2 * 1024 * 1024;

/** How many runs before the newest keep their output; a worker that crashes for ever must not fill the disk. */
const runsKept = 20;

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
  /** The number of each run's newest line. */
  readonly #lastSeqs = new Map<number, number>();
  #nextSeq = 1;

  /** `wrote` is called after lines were taken in. */
  constructor(folder: string, id: string, mask: () => Mask, wrote: () => void) {
    this.#wrote = wrote;
    this.#folder = folder;
    this.#id = id;
    this.#mask = mask;
    this.#runs = runsOf(folder, id);
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
    if (latest !== undefined && !this.#live.has(latest) && (latest !== number || !isResumed)) {
      this.finish(this.#runLog(latest));
    }
    if (!this.#runs.includes(number)) this.#runs = [...this.#runs, number].sort((a, b) => a - b);
    for (const old of this.#runs.slice(0, -runsKept - 1)) removeRunLog(this.#folder, this.#id, old);
    this.#runs = this.#runs.slice(-runsKept - 1);
    const run = this.#runLog(number);
    this.#live.set(number, run);
    return run;
  }

  /** Takes in what the live runs wrote since the last time; returns whether something may be left. */
  absorb(): boolean {
    const more = [...this.#live.values()].map((run) => this.#take(run, { isFinal: false, budget: turnBytes }));
    return more.includes(true);
  }

  /** Takes in everything a run that is over has written, and lets go of its files. */
  finish(run: RunLog): void {
    if (run.isClosed) return;
    this.#take(run, { isFinal: true, budget: Number.POSITIVE_INFINITY });
    if (this.#live.get(run.run) === run) this.#live.delete(run.run);
    run.close();
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
    const read = (number: number): RunBatches => new RunBatches(this.#runLog(number), unsaved.get(number) ?? []);
    yield* newestFirst(runs.map((number) => ({ lastSeq: this.#lastSeqs.get(number) ?? 0, read: () => read(number) })));
  }

  close(): void {
    for (const run of this.#live.values()) run.close();
    this.#live.clear();
  }

  #runLog(run: number): RunLog {
    return new RunLog({ folder: this.#folder, id: this.#id, run, mask: this.#mask });
  }

  #take(run: RunLog, options: { readonly isFinal: boolean; readonly budget: number }): boolean {
    return run.absorb(
      options,
      () => this.#nextSeq,
      (batch, bytes) => {
        this.#nextSeq += batch.count;
        this.#lastSeqs.set(run.run, this.#nextSeq - 1);
        this.#wrote();
        if (this.#listeners.size === 0) return;
        const lines = run.lines(batch, bytes);
        for (const listener of this.#listeners) listener(lines);
      },
    );
  }
}

/** The runs that left an index, oldest first. */
function runsOf(folder: string, id: string): number[] {
  return readdirSync(path.join(folder, indexFolder))
    .flatMap((name) => {
      const [owner, run] = name.split('.');
      return owner === id && run !== undefined && /^\d+$/.test(run) ? [Number(run)] : [];
    })
    .sort((a, b) => a - b);
}
