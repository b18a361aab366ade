import type { ToldSnapshot } from './told-snapshot.ts';
import type { Fate, WorkerSnapshot } from './worker-snapshot.ts';

/** What a push has made other than before. */
export interface SnapshotNews {
  /** The newest of those told of, also of one that is as it was. */
  readonly changed: readonly WorkerSnapshot[];
  /** Workers came, went or moved. */
  readonly moved: boolean;
}

/** The snapshots of all workers, put together from what is told of each. One that is not told anew stays the same object. */
export class SnapshotList {
  readonly #byId = new Map<string, WorkerSnapshot>();
  /** The workers in each module host, and the host of each. */
  readonly #members = new Map<number, Set<string>>();
  readonly #hosts = new Map<string, number>();
  #ids: readonly string[] = [];
  /** Where each stands in the order. */
  #places: ReadonlyMap<string, number> = new Map();
  #workers: readonly WorkerSnapshot[] | undefined;

  constructor(workers: readonly ToldSnapshot[] = []) {
    this.replace(workers);
  }

  /** In the order of the file. */
  get workers(): readonly WorkerSnapshot[] {
    return (this.#workers ??= this.#ids.flatMap((id) => this.#byId.get(id) ?? []));
  }

  worker(id: string): WorkerSnapshot | undefined {
    return this.#byId.get(id);
  }

  /** Takes what changed over; with `ids`, those of all workers in their order, the others are gone. */
  take(changed: readonly ToldSnapshot[], ids?: readonly string[]): void {
    for (const worker of changed) {
      this.#byId.set(worker.id, { ...worker, fate: this.#fateOf(worker) });
    }
    if (!ids) {
      this.#workers &&= this.#with(this.#workers, changed);
      return;
    }
    this.#workers = undefined;
    this.#ids = ids;
    this.#places = new Map(ids.map((id, at) => [id, at]));
    const known = new Set(ids);
    for (const id of [...this.#byId.keys()]) {
      if (known.has(id)) continue;
      this.#byId.delete(id);
      this.#move(id, undefined);
    }
  }

  /** Takes the whole over. */
  replace(workers: readonly ToldSnapshot[]): void {
    this.take(
      workers,
      workers.map(({ id }) => id),
    );
  }

  /** A copy, so that a list that was handed out stays what it is. */
  #with(workers: readonly WorkerSnapshot[], changed: readonly ToldSnapshot[]): readonly WorkerSnapshot[] {
    const newest = [...workers];
    for (const { id } of changed) {
      const at = this.#places.get(id);
      const worker = this.#byId.get(id);
      if (at !== undefined && worker) newest[at] = worker;
    }
    return newest;
  }

  #fateOf({ id, fate: { scope, host } }: ToldSnapshot): Fate {
    this.#move(id, host);
    if (host === undefined) return { scope, with: [] };
    const members = this.#members.get(host);
    return {
      scope,
      // Listed for whoever looks, so that one who comes costs nothing in a host of a thousand.
      get with() {
        return [...(members ?? [])].filter((other) => other !== id).toSorted();
      },
    };
  }

  #move(id: string, host: number | undefined): void {
    const former = this.#hosts.get(id);
    if (former === host) return;
    if (former !== undefined) {
      const members = this.#members.get(former);
      members?.delete(id);
      if (members?.size === 0) this.#members.delete(former);
    }
    if (host === undefined) {
      this.#hosts.delete(id);
      return;
    }
    this.#hosts.set(id, host);
    this.#members.set(host, (this.#members.get(host) ?? new Set<string>()).add(id));
  }
}
