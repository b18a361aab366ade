import { after } from './untracked.ts';

/** Something that may take so long and no longer. All but the class's initial values is set by `Deadlines`. */
export interface Timed<Item> {
  /** The round of looks in which it began. */
  round: number;
  /** The one that holds it; undefined when none does. */
  heldBy: object | undefined;
  older: Item | undefined;
  newer: Item | undefined;
}

/** So many looks fall into the limit: what is late is found that much of it later at most. */
const looks = 20;

/**
 * Holds what is to be done within one limit. All have the same limit, so the oldest is due first and one timer serves
 * them all: it looks now and then while there is something to look at. Items are linked to each other rather than kept
 * in a Set, and counted by looks rather than by the clock: a call on one loop costs little more than that.
 */
export class Deadlines<Item extends Timed<Item>> {
  readonly #everyMs: number;
  /** What began so many rounds ago has had its time. */
  readonly #rounds: number;
  readonly #late: (item: Item) => void;
  #oldest: Item | undefined;
  #newest: Item | undefined;
  #round = 0;
  #armed = false;

  constructor(limitMs: number, late: (item: Item) => void) {
    this.#everyMs = Math.ceil(limitMs / looks);
    // Something may have begun just before a look.
    this.#rounds = Math.ceil(limitMs / this.#everyMs) + 1;
    this.#late = late;
    // Nothing is ever late without a limit.
    this.#armed = limitMs === Infinity;
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
    item.round = this.#round;
    item.heldBy = this;
    item.older = this.#newest;
    if (this.#newest) this.#newest.newer = item;
    else this.#oldest = item;
    this.#newest = item;
    if (!this.#armed) this.#arm();
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

  #arm(): void {
    this.#armed = true;
    after(this.#everyMs, () => {
      this.#look();
    });
  }

  #look(): void {
    this.#armed = false;
    this.#round += 1;
    for (let item = this.#oldest; item && this.#round - item.round >= this.#rounds; item = this.#oldest) {
      this.delete(item);
      this.#late(item);
    }
    if (this.#oldest && !this.#armed) this.#arm();
  }
}
