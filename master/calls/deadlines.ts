import { after } from './untracked.ts';

/** Something that may take so long and no longer. All but the class's initial values is set by `Deadlines`. */
export interface Timed<Item> {
  /** When it began. */
  since: number;
  /** The one that holds it; undefined when none does. */
  heldBy: object | undefined;
  older: Item | undefined;
  newer: Item | undefined;
}

/**
 * Holds what is to be done within one limit. All have the same limit, so the oldest is due first and one timer serves
 * them all. They are linked to each other rather than kept in a Set: a call on one loop costs little more than that.
 */
export class Deadlines<Item extends Timed<Item>> {
  readonly #limitMs: number;
  readonly #late: (item: Item) => void;
  #oldest: Item | undefined;
  #newest: Item | undefined;
  #armed = false;

  constructor(limitMs: number, late: (item: Item) => void) {
    this.#limitMs = limitMs;
    this.#late = late;
  }

  get isEmpty(): boolean {
    return this.#oldest === undefined;
  }

  /** Oldest first. */
  items(): readonly Item[] {
    const items: Item[] = [];
    for (let item = this.#oldest; item; item = item.newer) items.push(item);
    return items;
  }

  add(item: Item): void {
    item.since = performance.now();
    item.heldBy = this;
    item.older = this.#newest;
    if (this.#newest) this.#newest.newer = item;
    else this.#oldest = item;
    this.#newest = item;
    if (!this.#armed && this.#limitMs !== Infinity) this.#arm(this.#limitMs);
  }

  /** False when it was not there any more. */
  delete(item: Item): boolean {
    if (item.heldBy !== this) return false;
    const { older, newer } = item;
    if (older) older.newer = newer;
    else this.#oldest = newer;
    if (newer) newer.older = older;
    else this.#newest = older;
    item.heldBy = undefined;
    item.older = undefined;
    item.newer = undefined;
    return true;
  }

  #arm(ms: number): void {
    this.#armed = true;
    after(ms, () => {
      this.#check();
    });
  }

  #check(): void {
    this.#armed = false;
    for (let item = this.#oldest; item; item = this.#oldest) {
      const left = item.since + this.#limitMs - performance.now();
      if (left > 0) {
        this.#arm(Math.ceil(left));
        return;
      }
      this.delete(item);
      this.#late(item);
    }
  }
}
