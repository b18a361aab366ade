/** What the page of a worker's details is to be told: first of all workers, then of those that have changed since it was told. */
export class PageNews {
  #isReady = false;
  #changed: Set<string> | undefined;

  /** Whether there is a page that listens. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Of which workers to tell; undefined for all. */
  get ids(): ReadonlySet<string> | undefined {
    return this.#changed;
  }

  /** A page was loaded, which knows nothing yet. */
  pageReady(): void {
    this.#isReady = true;
    this.#changed = undefined;
  }

  /** The next page is another one. */
  pageGone(): void {
    this.#isReady = false;
    this.#changed = undefined;
  }

  /** Some workers have changed, or without `ids` there are others. */
  changed(ids?: Iterable<string>): void {
    if (ids) for (const id of ids) this.#changed?.add(id);
    else this.#changed = undefined;
  }

  /** The page was told. */
  told(): void {
    this.#changed = new Set();
  }
}
