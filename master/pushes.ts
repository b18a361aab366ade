import type { ChangedWorkers, Master } from './master.ts';
import { SnapshotVersions } from './snapshot-versions.ts';

/** What clients are to be told of the workers: gathered as they change, looked at once for all clients. */
export class Pushes {
  readonly #versions: SnapshotVersions;
  readonly #tell: () => void;
  /** Of those that were told of; undefined for all. */
  #waiting: Set<string> | undefined = new Set();

  /** `tell` is called when there is a newer version. */
  constructor(master: Pick<Master, 'ids' | 'told'>, tell: () => void) {
    this.#versions = new SnapshotVersions(master);
    this.#tell = tell;
  }

  get version(): number {
    return this.#versions.version;
  }

  get workers(): SnapshotVersions['workers'] {
    return this.#versions.workers;
  }

  since(version: number): ReturnType<SnapshotVersions['since']> {
    return this.#versions.since(version);
  }

  add(changed: ChangedWorkers): void {
    if (changed === undefined) this.#waiting = undefined;
    else for (const id of changed) this.#waiting?.add(id);
  }

  /** `all`: also those of which nobody said that they have changed. */
  flush({ all = false } = {}): void {
    const waiting = all ? undefined : this.#waiting;
    this.#waiting = new Set();
    if (this.#versions.look(waiting)) this.#tell();
  }
}
