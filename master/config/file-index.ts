import type { ItemReading } from './read-item.ts';

/** How often each shared name occurs in a file, counted as items come and go. */
export class FileIndex {
  readonly ids = new Counter<string>();
  readonly ports = new Counter<number>();
  /** Items that wait for others. */
  waiting = 0;
  /** Items with findings of their own. */
  troubled = 0;
  /** Items with a comment that silences findings. */
  silencing = 0;

  add(reading: ItemReading): void {
    this.#count(reading, 1);
  }

  remove(reading: ItemReading): void {
    this.#count(reading, -1);
  }

  #count(reading: ItemReading, by: 1 | -1): void {
    if (reading.id) this.ids.count(reading.id.value, by);
    for (const { value } of reading.ports) this.ports.count(value, by);
    if (reading.dependsOn.length > 0) this.waiting += by;
    if (reading.problems.length > 0) this.troubled += by;
    if (reading.silences) this.silencing += by;
  }
}

export class Counter<T> {
  readonly #counts = new Map<T, number>();
  /** What occurs more than once. */
  readonly repeated = new Set<T>();

  count(value: T, by: 1 | -1): void {
    const count = (this.#counts.get(value) ?? 0) + by;
    if (count > 0) this.#counts.set(value, count);
    else this.#counts.delete(value);
    if (count > 1) this.repeated.add(value);
    else this.repeated.delete(value);
  }

  has(value: T): boolean {
    return this.#counts.has(value);
  }

  values(): IterableIterator<T> {
    return this.#counts.keys();
  }
}
