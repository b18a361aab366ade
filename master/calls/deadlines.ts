import { after } from './untracked.ts';

/** Something that may take so long and no longer. */
export interface Timed {
  /** When it began, set by `Deadlines`. */
  since: number;
}

/**
 * Holds what is to be done within one limit. All have the same limit, so the oldest is due first and one timer serves
 * them all, however many there are.
 */
export class Deadlines<Item extends Timed> {
  readonly #limitMs: number;
  readonly #late: (item: Item) => void;
  readonly #items = new Set<Item>();
  #armed = false;

  constructor(limitMs: number, late: (item: Item) => void) {
    this.#limitMs = limitMs;
    this.#late = late;
  }

  get size(): number {
    return this.#items.size;
  }

  items(): readonly Item[] {
    return [...this.#items];
  }

  add(item: Item): void {
    item.since = performance.now();
    this.#items.add(item);
    if (!this.#armed && this.#limitMs !== Infinity) this.#arm(this.#limitMs);
  }

  /** False when it was not there any more. */
  delete(item: Item): boolean {
    return this.#items.delete(item);
  }

  #arm(ms: number): void {
    this.#armed = true;
    after(ms, () => {
      this.#check();
    });
  }

  #check(): void {
    this.#armed = false;
    for (const item of this.#items) {
      const left = item.since + this.#limitMs - performance.now();
      if (left > 0) {
        this.#arm(Math.ceil(left));
        return;
      }
      this.#items.delete(item);
      this.#late(item);
    }
  }
}
