import type { ToldSnapshot } from './lifecycle/told-snapshot.ts';
import type { SnapshotChanges } from './protocol.ts';

/** How many snapshots are told of at once: whoever reads them does other things too, and reads these in a millisecond. */
const atOnce = 100;

/** The workers as they are now. */
interface Source {
  readonly ids: readonly string[];
  told(id: string): ToldSnapshot | undefined;
}

interface Known {
  readonly text: string;
  readonly version: number;
  readonly worker: ToldSnapshot;
}

/** Tells what has changed since a version, so that nobody is told twice what has stayed as it was. */
export class SnapshotVersions {
  readonly #source: Source;
  #version = 0;
  readonly #known = new Map<string, Known>();
  /** What came with the newest version. */
  #newest: readonly ToldSnapshot[] = [];
  #ids: readonly string[] = [];
  /** Since when the same workers are there, in the same order. */
  #idsVersion = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  get version(): number {
    return this.#version;
  }

  /** All of them, as of the newest version. */
  get workers(): readonly ToldSnapshot[] {
    return this.#ids.flatMap((id) => this.#known.get(id)?.worker ?? []);
  }

  /** Looks at these workers, or without ids at all and which there are; tells whether anything is new. */
  look(ids?: Iterable<string>): boolean {
    const next = this.#version + 1;
    let mayHaveMoved = ids === undefined;
    const newest: ToldSnapshot[] = [];
    for (const id of ids ?? this.#source.ids) {
      const worker = this.#source.told(id);
      const known = this.#known.get(id);
      if (!worker || !known) mayHaveMoved = true;
      if (!worker) continue;
      const text = JSON.stringify(worker);
      if (known?.text === text) continue;
      this.#known.set(id, { text, version: next, worker });
      newest.push(worker);
    }
    const moved = mayHaveMoved && this.#move(next);
    if (newest.length === 0 && !moved) return false;
    this.#version = next;
    this.#newest = newest;
    return true;
  }

  /** In order; none where nothing has changed. The last one names all workers, if they are others than then. */
  since(version: number): readonly Omit<SnapshotChanges, 'seq'>[] {
    if (version === this.#version) return [];
    const isNext = version === this.#version - 1;
    const changed = isNext
      ? this.#newest
      : [...this.#known.values()].filter((known) => known.version > version).map(({ worker }) => worker);
    const parts: Omit<SnapshotChanges, 'seq'>[] = [];
    for (let at = 0; at < changed.length; at += atOnce) parts.push({ changed: changed.slice(at, at + atOnce) });
    if (this.#idsVersion <= version) return parts;
    const last = parts.pop() ?? { changed: [] };
    return [...parts, { ...last, ids: this.#ids }];
  }

  /** Whether other workers are there now, or in another order. */
  #move(next: number): boolean {
    const { ids } = this.#source;
    if (ids.length === this.#ids.length && ids.every((id, at) => id === this.#ids[at])) return false;
    const present = new Set(ids);
    for (const id of [...this.#known.keys()]) if (!present.has(id)) this.#known.delete(id);
    this.#ids = ids;
    this.#idsVersion = next;
    return true;
  }
}
