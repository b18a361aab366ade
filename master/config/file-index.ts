import type { Piece } from './piece.ts';
import type { ItemReading } from './read-item.ts';
import { replicaIds } from './replicas.ts';

/** Which items have each shared name of a file, kept as items come and go. */
export class FileIndex {
  readonly ids = new Holders<string>();
  readonly ports = new Holders<number>();
  /** Items that wait for others. */
  waiting = 0;
  readonly #mentions = new Holders<string>();
  /** Names that items wait for although no item has them. */
  readonly dangling = new Set<string>();
  /** What items wait for as it was when no circle was found among them; how often each came or went since. */
  #acyclic: Map<string, number> | undefined;
  /** Items with findings of their own. */
  readonly troubled = new Set<Piece>();
  /** Items with a comment that silences findings. */
  silencing = 0;

  /** `reading` is that of the piece. */
  add(piece: Piece, reading: ItemReading): void {
    for (const name of namesOf(reading)) {
      this.ids.add(name, piece);
      this.#judge(name);
    }
    for (const { value } of reading.ports) this.ports.add(value, piece);
    for (const { value } of reading.dependsOn) {
      this.#mentions.add(value, piece);
      this.#judge(value);
    }
    if (reading.problems.length > 0) this.troubled.add(piece);
    this.#count(reading, 1);
  }

  remove(piece: Piece, reading: ItemReading): void {
    for (const name of namesOf(reading)) {
      this.ids.remove(name, piece);
      this.#judge(name);
    }
    for (const { value } of reading.ports) this.ports.remove(value, piece);
    for (const { value } of reading.dependsOn) {
      this.#mentions.remove(value, piece);
      this.#judge(value);
    }
    this.troubled.delete(piece);
    this.#count(reading, -1);
  }

  /** Items that have a name or wait for it, in no order. */
  concernedBy(name: string): ReadonlySet<Piece> {
    return new Set([...this.ids.of(name), ...this.#mentions.of(name)]);
  }

  /** Whether any item waits for a name. */
  isMentioned(name: string): boolean {
    return this.#mentions.has(name);
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
    if (reading.silences) this.silencing += by;
    if (reading.dependsOn.length === 0) return;
    this.waiting += by;
    if (!this.#acyclic) return;
    const edges = JSON.stringify([reading.id?.value, ...reading.dependsOn.map(({ value }) => value)]);
    const count = (this.#acyclic.get(edges) ?? 0) + by;
    if (count === 0) this.#acyclic.delete(edges);
    else this.#acyclic.set(edges, count);
  }

  #judge(name: string): void {
    if (this.#mentions.has(name) && !this.ids.has(name)) this.dangling.add(name);
    else this.dangling.delete(name);
  }
}

const none: readonly string[] = [];

/** The id of an item, and those of the workers it stands for. */
export function namesOf({ id, replicas }: ItemReading): readonly string[] {
  if (!id) return none;
  return replicas === undefined ? [id.value] : [id.value, ...replicaIds(id.value, replicas)];
}

/** Who has each of some values: nearly always one. */
class Holders<T> {
  readonly #held = new Map<T, Piece | Set<Piece>>();
  /** What more than one has. */
  readonly repeated = new Set<T>();

  add(value: T, piece: Piece): void {
    const before = this.#held.get(value);
    if (before === undefined || before === piece) this.#held.set(value, piece);
    else if (before instanceof Set) before.add(piece);
    else {
      this.#held.set(value, new Set([before, piece]));
      this.repeated.add(value);
    }
  }

  remove(value: T, piece: Piece): void {
    const before = this.#held.get(value);
    if (before === piece) this.#held.delete(value);
    if (!(before instanceof Set)) return;
    before.delete(piece);
    const [last] = before;
    if (before.size > 1 || !last) return;
    this.#held.set(value, last);
    this.repeated.delete(value);
  }

  has(value: T): boolean {
    return this.#held.has(value);
  }

  of(value: T): Iterable<Piece> {
    const held = this.#held.get(value);
    if (held instanceof Set) return held;
    return held ? [held] : [];
  }

  values(): IterableIterator<T> {
    return this.#held.keys();
  }
}
