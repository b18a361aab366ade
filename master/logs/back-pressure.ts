/** Somebody who takes the lines of workers from the store, at a pace of their own. */
export interface LogReader {
  /** The number of the newest line of a worker that it has; undefined where it reads nothing of that worker. */
  taken(id: string): number | undefined;
}

/** A reader as long as workers may have to wait for it. */
export interface AttachedReader {
  /** It has taken some lines of a worker. */
  taken(id: string): void;
  dispose(): void;
}

/** How much of a worker's output there is, as far as it matters here. In bytes. */
export interface Backlog {
  /** Everything that was written since this master came. */
  writtenBytes(): number;
  /** What is behind the line of that number. */
  bytesAfter(seq: number): number;
}

export interface BackPressureOptions {
  /** Whether the worker can be made to wait at all. */
  readonly canHold: (id: string) => boolean;
  /** Told when a worker has to wait, and when it need not any more. */
  readonly changed: (id: string) => void;
}

/** A worker that waits goes on when so much of the bound is free again, so that it is not held for every line. */
const freePart = 1 / 8;

/** Tells which workers have to wait until those who read their output have taken enough of it. */
export class BackPressure {
  readonly #options: BackPressureOptions;
  readonly #readers = new Set<LogReader>();
  readonly #waiting = new Set<string>();
  /** What was behind the slowest reader when it was counted last, and how much had been written by then. */
  readonly #counted = new Map<string, { readonly waiting: number; readonly written: number }>();
  /** Undefined where nobody is waited for. */
  #maxBytes: number | undefined;

  constructor(options: BackPressureOptions) {
    this.#options = options;
  }

  /** No more than so much may wait for its readers; undefined lets nobody wait. */
  bound(maxBytes: number | undefined): void {
    this.#maxBytes = maxBytes;
    this.#counted.clear();
  }

  attach(reader: LogReader): void {
    this.#readers.add(reader);
    this.#counted.clear();
  }

  detach(reader: LogReader): void {
    this.#readers.delete(reader);
  }

  waits(id: string): boolean {
    return this.#waiting.has(id);
  }

  /** Up to which line all who are waited for have it. */
  taken(id: string): number {
    if (this.#maxBytes === undefined || !this.#options.canHold(id)) return Number.POSITIVE_INFINITY;
    return Math.min(Number.POSITIVE_INFINITY, ...[...this.#readers].flatMap((reader) => reader.taken(id) ?? []));
  }

  /** Looks anew whether a worker has to wait: something was written, or taken. */
  look(id: string, backlog: Backlog): void {
    const isWaiting = this.#waiting.has(id);
    if (this.#isOver(id, backlog, isWaiting) === isWaiting) return;
    if (isWaiting) this.#waiting.delete(id);
    else this.#waiting.add(id);
    this.#options.changed(id);
  }

  #isOver(id: string, backlog: Backlog, isWaiting: boolean): boolean {
    const max = this.#maxBytes;
    const taken = this.taken(id);
    if (max === undefined || taken === Number.POSITIVE_INFINITY) return false;
    const written = backlog.writtenBytes();
    const known = this.#counted.get(id);
    // Readers only take: no more can wait than did, and what was written since.
    if (known && !isWaiting && known.waiting + written - known.written <= max) return false;
    const waiting = backlog.bytesAfter(taken);
    this.#counted.set(id, { waiting, written });
    return waiting > (isWaiting ? max * (1 - freePart) : max);
  }
}
