/**
 * Of two changes of a tree within this time VS Code draws the first at once, and the second only when nothing more has
 * come for so long (`ExtHostTreeView`): changes that follow each other closely would never be drawn. Milliseconds.
 */
const editorPauseMs = 200;

/** A timer may come so much too early by the editor's reckoning. Milliseconds. */
const toleranceMs = 5;

interface Time {
  /** Milliseconds since some moment; never goes back. */
  now(): number;
  /** Calls back once after `ms` milliseconds; the returned function cancels. */
  after(ms: number, callback: () => void): () => void;
}

const systemTime: Time = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** Has rows drawn in moments in which the editor does so at once, many together. */
export class PacedRows<Row> {
  readonly #fire: (rows: readonly Row[]) => void;
  readonly #time: Time;
  readonly #waiting = new Set<Row>();
  #drawnAt = Number.NEGATIVE_INFINITY;
  #due = Number.POSITIVE_INFINITY;
  #cancel: (() => void) | undefined;

  constructor(fire: (rows: readonly Row[]) => void, time = systemTime) {
    this.#fire = fire;
    this.#time = time;
  }

  /** `patienceMs`: so long the rows may wait for what comes next; they are drawn with others that may not. */
  draw(rows: Iterable<Row>, patienceMs = 0): void {
    for (const row of rows) this.#waiting.add(row);
    if (this.#waiting.size === 0) return;
    const now = this.#time.now();
    const due = Math.max(now + patienceMs, this.#drawnAt + editorPauseMs + toleranceMs);
    if (due >= this.#due) return;
    this.#cancel?.();
    this.#due = due;
    if (due <= now) this.#drawAll();
    else this.#cancel = this.#time.after(due - now, () => this.#drawAll());
  }

  /** Whether rows were drawn no longer ago than this. */
  hasDrawnWithin(ms: number): boolean {
    return this.#time.now() - this.#drawnAt <= ms;
  }

  dispose(): void {
    this.#cancel?.();
    this.#waiting.clear();
  }

  #drawAll(): void {
    const rows = [...this.#waiting];
    this.#waiting.clear();
    this.#due = Number.POSITIVE_INFINITY;
    this.#drawnAt = this.#time.now();
    this.#fire(rows);
  }
}
