import type { ItemReading } from './read-item.ts';
import { replicaIds } from './replicas.ts';

/** How often each shared name occurs in a file, counted as items come and go. */
export class FileIndex {
  readonly ids = new Counter<string>();
  readonly ports = new Counter<number>();
  /** Items that wait for others. */
  waiting = 0;
  readonly #mentions = new Counter<string>();
  /** Names that items wait for although no item has them. */
  readonly dangling = new Set<string>();
  /** What items wait for as it was when no circle was found among them; how often each came or went since. */
  #acyclic: Map<string, number> | undefined;
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

  /** Whether items may wait for each other in a circle: only what came since the last search can close one. */
  get mayHaveCircles(): boolean {
    return this.#acyclic === undefined || [...this.#acyclic.values()].some((count) => count > 0);
  }

  noCirclesFound(): void {
    // Of two items with one id only the first counts; which one that is may change without any coming.
    this.#acyclic = this.ids.repeated.size === 0 ? new Map() : undefined;
  }

  #count(reading: ItemReading, by: 1 | -1): void {
    if (reading.id) {
      for (const name of namesOf(reading)) {
        this.ids.count(name, by);
        this.#judge(name);
      }
    }
    for (const { value } of reading.ports) this.ports.count(value, by);
    if (reading.dependsOn.length > 0) {
      this.waiting += by;
      for (const { value } of reading.dependsOn) {
        this.#mentions.count(value, by);
        this.#judge(value);
      }
      if (this.#acyclic) {
        const edges = JSON.stringify([reading.id?.value, ...reading.dependsOn.map(({ value }) => value)]);
        const count = (this.#acyclic.get(edges) ?? 0) + by;
        if (count === 0) this.#acyclic.delete(edges);
        else this.#acyclic.set(edges, count);
      }
    }
    if (reading.problems.length > 0) this.troubled += by;
    if (reading.silences) this.silencing += by;
  }

  #judge(name: string): void {
    if (this.#mentions.has(name) && !this.ids.has(name)) this.dangling.add(name);
    else this.dangling.delete(name);
  }
}

/** The id of an item, and those of the workers it stands for. */
export function namesOf({ id, replicas }: ItemReading): readonly string[] {
  return id ? [id.value, ...replicaIds(id.value, replicas)] : [];
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
