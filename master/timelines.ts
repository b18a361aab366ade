import type { WorkerState } from './lifecycle/worker-state.ts';
import type { Transition } from './protocol.ts';

/** How many transitions of a worker are kept. */
const kept = 100;

/** Where a worker stands: what of its snapshot makes its timeline, and costs next to nothing. */
export interface Standing {
  readonly id: string;
  readonly type: Transition['type'];
  readonly state: WorkerState;
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** The failure's sentence, where the state is `failed`. */
  readonly cause: string | null;
}

/** The states that each worker went through. */
export class Timelines {
  readonly #timelines = new Map<string, { since: number; readonly transitions: Transition[] }>();

  add(workers: readonly Standing[]): void {
    for (const { id, type, state, since, cause } of workers) {
      const timeline = this.#timelines.get(id) ?? { since, transitions: [] };
      this.#timelines.set(id, timeline);
      const latest = timeline.transitions.at(-1);
      // A worker that is refused has failed anew at every look.
      const isSame = timeline.since === since || (state === 'failed' && latest?.cause === cause);
      if (latest?.state === state && isSame) continue;
      timeline.since = since;
      timeline.transitions.push({ at: new Date(since).toISOString(), state, type, cause });
      if (timeline.transitions.length > kept) timeline.transitions.shift();
    }
  }

  /** Oldest first. */
  of(id: string): readonly Transition[] {
    return this.#timelines.get(id)?.transitions ?? [];
  }
}
