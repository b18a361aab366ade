/** What a tree uses of something that each of its processes counts up. */
export class TreeMeter {
  #before: ReadonlyMap<string, number> = new Map();
  #at = 0;
  #total = 0;

  /** What it has seen used so far, also by members that are gone. */
  get total(): number {
    return this.#total;
  }

  /** Used a second since it was last asked; null at the first time. `counts` is what each member counts now. */
  perSecond(counts: ReadonlyMap<string, number>, now = performance.now()): number | null {
    let used = 0;
    // All of what a new member used was used since.
    for (const [member, count] of counts) used += count - (this.#before.get(member) ?? 0);
    this.#total += Math.max(0, used);
    const elapsedMs = now - this.#at;
    const isFirst = this.#at === 0;
    this.#before = counts;
    this.#at = now;
    return isFirst || elapsedMs <= 0 ? null : (used * 1000) / elapsedMs;
  }
}
