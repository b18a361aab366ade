import type { Masters, WorkerRef } from '../master/masters.ts';
import { WorkerHistory } from './worker-history.ts';

/** The histories of all workers, while this window lives. */
export class Histories {
  readonly #histories = new Map<string, WorkerHistory>();
  readonly #subscription: { dispose(): void };

  constructor(masters: Masters) {
    this.#subscription = masters.onDidChange(({ file, workers }) => {
      for (const worker of workers) this.of({ file, id: worker.id }).add(worker);
    });
  }

  of({ file, id }: WorkerRef): WorkerHistory {
    const key = `${file}#${id}`;
    const known = this.#histories.get(key);
    if (known) return known;
    const history = new WorkerHistory();
    this.#histories.set(key, history);
    return history;
  }

  dispose(): void {
    this.#subscription.dispose();
  }
}
