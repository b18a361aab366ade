import type { Health, WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import type { WorkerState } from '../../master/lifecycle/worker-state.ts';

/** What was measured of a worker at one moment; null where it could not be. */
export interface Sample {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly cpuPercent: number | null;
  readonly memoryBytes: number | null;
  readonly health: Health;
}

/** A state a worker entered. */
export interface Transition {
  readonly at: number;
  readonly state: WorkerState;
  readonly type: 'process' | 'module';
  /** The failure's sentence, where the state is `failed`. */
  readonly cause: string | null;
}

const keepMs = 10 * 60_000;
const keepTransitions = 200;

/** The last ten minutes of one worker, gathered from its snapshots. */
export class WorkerHistory {
  readonly #samples: Sample[] = [];
  readonly #transitions: Transition[] = [];
  #latest: WorkerSnapshot | undefined;

  get samples(): readonly Sample[] {
    return this.#samples;
  }

  get transitions(): readonly Transition[] {
    return this.#transitions;
  }

  add(worker: WorkerSnapshot, now: number): void {
    const latest = this.#latest;
    this.#latest = worker;
    if (!latest || latest.state !== worker.state || latest.since !== worker.since) {
      const cause = worker.state === 'failed' ? (worker.last_error?.message ?? null) : null;
      this.#transitions.push({ at: Date.parse(worker.since), state: worker.state, type: worker.type, cause });
      if (this.#transitions.length > keepTransitions) this.#transitions.shift();
    }
    const { resources, health } = worker;
    if (latest && latest.health === health && sameResources(latest, worker)) return;
    this.#samples.push({
      at: now,
      cpuPercent: resources?.cpu_percent ?? null,
      memoryBytes: memoryOf(worker),
      health,
    });
    while ((this.#samples[0]?.at ?? now) < now - keepMs) this.#samples.shift();
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

function sameResources(a: WorkerSnapshot, b: WorkerSnapshot): boolean {
  return (
    a.resources?.cpu_percent === b.resources?.cpu_percent &&
    a.resources?.rss_bytes === b.resources?.rss_bytes &&
    a.resources?.heap_bytes === b.resources?.heap_bytes
  );
}
