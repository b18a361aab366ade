/** Runs operations one at a time, in the order they came. */
export class OperationQueue {
  #last: Promise<unknown> = Promise.resolve();

  /** Resolves or rejects as `operation` does, once everything before it is done. */
  add<T>(operation: () => Promise<T>): Promise<T> {
    const result = this.#last.then(operation);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Resolves when nothing is waiting or running any more. */
  async idle(): Promise<void> {
    for (let last; last !== this.#last;) {
      last = this.#last;
      await last;
    }
  }
}
