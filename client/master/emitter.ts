/** Tells listeners of what happens, in the order in which they came. The editor's own is not to be had in unit tests. */
export class Emitter<T> {
  readonly #listeners = new Set<{ readonly tell: (event: T) => void }>();

  readonly event = (tell: (event: T) => void): { dispose(): void } => {
    const listener = { tell };
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  };

  /** One that throws keeps nothing from the others. */
  fire(event: T): void {
    for (const { tell } of [...this.#listeners]) {
      try {
        tell(event);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
