import type { ResolvedWorker } from '../config/deployment.ts';
import type { HealthTarget, Probe } from '../health/probe.ts';
import type { Run } from '../workers/worker.ts';

/** The worker's own opinion first; then what the check finds. */
export function probeOf(run: Run, check: Probe): Probe {
  return async (signal) => ((await run.healthy(signal)) === false ? saysUnhealthy : check(signal));
}

export const saysUnhealthy = 'says itself that it is not healthy';

/** What a health check of this run is about. */
export function targetOf(run: Run, { deployment }: ResolvedWorker): HealthTarget {
  let alive = true;
  void run.over.then(() => (alive = false));
  return {
    address: () => run.endpoints().find(({ type }) => type === 'url')?.address,
    alive: () => alive,
    ...(deployment.kind === 'process'
      ? { workingDirectory: deployment.workingDirectory, environment: deployment.environment }
      : {}),
  };
}
