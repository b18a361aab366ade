import { SnapshotList, type SnapshotNews } from './lifecycle/snapshot-list.ts';
import type { WorkerSnapshot } from './lifecycle/worker-snapshot.ts';
import type { SnapshotChanges, ToldWorkers } from './protocol.ts';

type Listener = (workers: readonly WorkerSnapshot[], news: SnapshotNews) => void;

/** The master's workers as a client sees them: the welcome's, then what each push says of them, in its order. */
export class SnapshotFeed {
  readonly #ask: () => Promise<ToldWorkers>;
  readonly #list = new SnapshotList();
  readonly #listeners = new Set<Listener>();
  /** What came while the whole is awaited. */
  readonly #waiting: SnapshotChanges[] = [];
  /** Of the last that was taken over; undefined while the whole is awaited. */
  #seq: number | undefined;

  /** `ask`: for the whole, where something was missed. */
  constructor(ask: () => Promise<ToldWorkers>) {
    this.#ask = ask;
  }

  get workers(): readonly WorkerSnapshot[] {
    return this.#list.workers;
  }

  onNews(listener: Listener): { dispose(): void } {
    const tell: Listener = (workers, news) => listener(workers, news);
    this.#listeners.add(tell);
    return { dispose: () => void this.#listeners.delete(tell) };
  }

  /** The whole, of the welcome or of an answer. What came before it, or with it, counts from there. */
  begin({ seq, workers }: ToldWorkers): void {
    this.#seq = seq;
    this.#list.replace(workers);
    this.#tell({ changed: this.#list.workers, moved: true });
    for (const changes of this.#waiting.splice(0)) this.take(changes);
  }

  take(changes: SnapshotChanges): void {
    const { seq, changed, ids } = changes;
    if (this.#seq === undefined) {
      this.#waiting.push(changes);
      return;
    }
    if (seq <= this.#seq) return;
    if (seq > this.#seq + 1) {
      this.#askAgain(changes);
      return;
    }
    this.#seq = seq;
    this.#list.take(changed, ids);
    this.#tell({ changed: changed.flatMap(({ id }) => this.#list.worker(id) ?? []), moved: ids !== undefined });
  }

  #askAgain(changes: SnapshotChanges): void {
    this.#seq = undefined;
    this.#waiting.push(changes);
    this.#ask().then(
      (whole) => this.begin(whole),
      // The connection is gone: nothing more will come.
      () => undefined,
    );
  }

  #tell(news: SnapshotNews): void {
    for (const tell of [...this.#listeners]) tell(this.#list.workers, news);
  }
}
