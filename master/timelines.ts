import type { WorkerSnapshot } from './lifecycle/worker-snapshot.ts';
import type { Transition } from './protocol.ts';

/** How many transitions of a worker are kept. */
const kept = 100;

/** The states that each worker went through, as its snapshots showed them. */
export class Timelines {
  readonly #transitions = new Map<string, Transition[]>();

  add(workers: readonly WorkerSnapshot[]): void {
    for (const worker of workers) {
      const { id, state, since: at, type } = worker;
      const known = this.#transitions.get(id) ?? [];
      this.#transitions.set(id, known);
      const latest = known.at(-1);
      const cause = state === 'failed' ? (worker.last_error?.message ?? null) : null;
      // A worker that is refused has failed anew at every look.
      if (latest?.state === state && (latest.at === at || (state === 'failed' && latest.cause === cause))) continue;
      known.push({ at, state, type, cause });
      if (known.length > kept) known.shift();
    }
  }

  /** Oldest first. */
  of(id: string): readonly Transition[] {
    return this.#transitions.get(id) ?? [];
  }
}
