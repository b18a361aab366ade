import type { Batch } from './log-index.ts';
import type { RunLog } from './run-log.ts';

export interface RunBatch {
  readonly run: RunLog;
  readonly batch: Batch;
}

interface Source {
  /** The number of its newest line. */
  readonly lastSeq: number;
  /** Undefined when the run is gone meanwhile. */
  readonly read: () => RunBatches | undefined;
}

/** The batches of several runs by their numbers, newest first: runs overlap where one took the other's place. */
export function* newestFirst(sources: readonly Source[]): Generator<RunBatch> {
  const waiting = sources.toSorted((a, b) => a.lastSeq - b.lastSeq);
  let reading: RunBatches[] = [];
  try {
    for (;;) {
      let newest = reading.reduce((most, { seq }) => Math.max(most, seq), 0);
      // A run's files are opened only when its turn has come.
      while ((waiting.at(-1)?.lastSeq ?? -1) >= newest) {
        const opened = waiting.pop()?.read();
        if (!opened) continue;
        reading.push(opened);
        newest = Math.max(newest, opened.seq);
      }
      const next = reading.find(({ head, seq }) => head !== undefined && seq === newest);
      if (next?.head) {
        const { run, head: batch } = next;
        yield { run, batch };
        next.advance();
      }
      for (const { run } of reading.filter(({ head }) => head === undefined)) run.close();
      reading = reading.filter(({ head }) => head !== undefined);
      if (reading.length === 0 && waiting.length === 0) return;
    }
  } finally {
    for (const { run } of reading) run.close();
  }
}

/** The batches of one run, newest first, one at a time: those the disk has had no room for come before the others. */
export class RunBatches {
  readonly run: RunLog;
  readonly #rest: Iterator<Batch, undefined>;
  head: Batch | undefined;

  constructor(run: RunLog, unsaved: readonly Batch[]) {
    this.run = run;
    this.#rest = concat(unsaved, run.batches());
    this.advance();
  }

  /** The number of the head's first line. */
  get seq(): number {
    return this.head?.firstSeq ?? 0;
  }

  advance(): void {
    this.head = this.#rest.next().value;
  }
}

function* concat(...parts: readonly Iterable<Batch>[]): Generator<Batch, undefined> {
  for (const part of parts) yield* part;
}
