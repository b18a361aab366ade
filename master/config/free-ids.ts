/** How long an id may be. */
export const longestId = 64;

/** Ids for workers that need another one: each is one that nobody has, and is given once. */
export class FreeIds {
  readonly #taken: { has(id: string): boolean };
  readonly #given = new Set<string>();
  /** The number that was tried last behind each stem. */
  readonly #last = new Map<string, number>();

  constructor(taken: { has(id: string): boolean }) {
    this.#taken = taken;
  }

  /** The id itself where it is free, else with a number behind it. */
  of(id: string): string {
    const free = this.#isFree(id) ? id : this.#numbered(id.replace(/-\d+$/, ''));
    this.#given.add(free);
    return free;
  }

  #numbered(stem: string): string {
    for (let number = (this.#last.get(stem) ?? 1) + 1; ; number++) {
      const free = `${stem.slice(0, longestId - 1 - String(number).length)}-${number}`;
      if (!this.#isFree(free)) continue;
      this.#last.set(stem, number);
      return free;
    }
  }

  #isFree(id: string): boolean {
    return !this.#taken.has(id) && !this.#given.has(id);
  }
}
