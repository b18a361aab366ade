import type { WorkerSnapshot } from './worker-snapshot.ts';

export interface StateCounts {
  readonly total: number;
  readonly running: number;
  readonly failed: number;
  /** Running, but degraded or unhealthy. */
  readonly unwell: number;
  readonly busy: number;
}

type Counted = Pick<WorkerSnapshot, 'state' | 'health'>;

/** Counts of workers that come, go and change, each at the cost of one. */
export class StateTally implements StateCounts {
  total = 0;
  running = 0;
  failed = 0;
  unwell = 0;
  busy = 0;

  constructor(workers: readonly Counted[] = []) {
    for (const worker of workers) this.add(worker);
  }

  /** `by`: -1 takes one away that was added. */
  add({ state, health }: Counted, by: 1 | -1 = 1): void {
    this.total += by;
    if (state === 'running') this.running += by;
    if (state === 'failed') this.failed += by;
    if (state === 'running' && (health === 'degraded' || health === 'unhealthy')) this.unwell += by;
    if (state === 'starting' || state === 'stopping' || state === 'initializing') this.busy += by;
  }
}

export function countStates(workers: readonly Counted[]): StateCounts {
  return new StateTally(workers);
}

/** The counts of several files together. */
export function addCounts(all: readonly StateCounts[]): StateCounts {
  const sum = (of: (counts: StateCounts) => number) => all.reduce((total, counts) => total + of(counts), 0);
  return {
    total: sum(({ total }) => total),
    running: sum(({ running }) => running),
    failed: sum(({ failed }) => failed),
    unwell: sum(({ unwell }) => unwell),
    busy: sum(({ busy }) => busy),
  };
}

/** "3/5 running, 1 failed": short enough for a row or the status bar. */
export function describeCounts(counts: StateCounts): string {
  const parts = [`${counts.running}/${counts.total} running`];
  if (counts.failed > 0) parts.push(`${counts.failed} failed`);
  if (counts.unwell > 0) parts.push(`${counts.unwell} unhealthy`);
  return parts.join(', ');
}
