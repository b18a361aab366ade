import type { WorkerSnapshot } from './worker-snapshot.ts';

export interface StateCounts {
  readonly total: number;
  readonly running: number;
  readonly failed: number;
  /** Running, but degraded or unhealthy. */
  readonly unwell: number;
  readonly busy: number;
}

export function countStates(workers: readonly WorkerSnapshot[]): StateCounts {
  const count = (test: (worker: WorkerSnapshot) => boolean) => workers.filter(test).length;
  return {
    total: workers.length,
    running: count(({ state }) => state === 'running'),
    failed: count(({ state }) => state === 'failed'),
    unwell: count(({ state, health }) => state === 'running' && (health === 'degraded' || health === 'unhealthy')),
    busy: count(({ state }) => state === 'starting' || state === 'stopping' || state === 'initializing'),
  };
}

/** "3/5 running, 1 failed": short enough for a row or the status bar. */
export function describeCounts(counts: StateCounts): string {
  const parts = [`${counts.running}/${counts.total} running`];
  if (counts.failed > 0) parts.push(`${counts.failed} failed`);
  if (counts.unwell > 0) parts.push(`${counts.unwell} unhealthy`);
  return parts.join(', ');
}
