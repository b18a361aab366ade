import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import type { WorkerState } from '../../master/lifecycle/worker-state.ts';

/** A state a worker entered. */
export interface Transition {
  readonly at: number;
  readonly state: WorkerState;
  readonly type: 'process' | 'module';
  /** The failure's sentence, where the state is `failed`. */
  readonly cause: string | null;
}

const keepTransitions = 200;

/** The latest states of one worker, as its snapshots showed them. What was measured of it is the master's to keep. */
export class WorkerHistory {
  readonly #transitions: Transition[] = [];
  #latest: WorkerSnapshot | undefined;

  get transitions(): readonly Transition[] {
    return this.#transitions;
  }

  add(worker: WorkerSnapshot): void {
    const latest = this.#latest;
    this.#latest = worker;
    if (!latest || latest.state !== worker.state || latest.since !== worker.since) {
      const cause = worker.state === 'failed' ? (worker.last_error?.message ?? null) : null;
      this.#transitions.push({ at: Date.parse(worker.since), state: worker.state, type: worker.type, cause });
      if (this.#transitions.length > keepTransitions) this.#transitions.shift();
    }
  }

  /** How long the newest start took, from the request until it was ready; undefined when none was seen whole. */
  startMs(): number | undefined {
    const ready = this.#transitions.findLastIndex(({ state }) => state === 'running');
    const started = this.#transitions[ready - 1];
    const running = this.#transitions[ready];
    return running && started?.state === 'starting' ? running.at - started.at : undefined;
  }
}

/** Its own memory: a process's resident set; inside the master only the heap of its thread is its own. */
export function memoryOf({ resources, type }: Pick<WorkerSnapshot, 'resources' | 'type'>): number | null {
  if (!resources) return null;
  return type === 'process'
    ? (resources.rss_bytes ?? resources.heap_bytes)
    : (resources.heap_bytes ?? resources.rss_bytes);
}
