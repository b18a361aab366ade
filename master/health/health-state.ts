import type { HealthCheckConfig } from '../config/worker-config.ts';
import type { Health } from '../lifecycle/worker-snapshot.ts';

/** What the probes so far amount to. */
export interface HealthState {
  readonly health: Health;
  readonly failures: number;
  readonly successes: number;
  /** Why the last probe failed, as the end of a sentence that begins with the worker's name; null when it passed. */
  readonly reason: string | null;
}

export const unknownHealth: HealthState = { health: 'unknown', failures: 0, successes: 0, reason: null };

type Thresholds = Pick<HealthCheckConfig, 'failureThreshold' | 'successThreshold'>;

/**
 * One probe's outcome, taken in: `null` passed, else the reason. The first failure makes a worker degraded, the
 * threshold's makes it unhealthy; what was worse than healthy comes back by as many successes as configured.
 */
export function afterProbe(before: HealthState, failure: string | null, thresholds: Thresholds): HealthState {
  if (failure !== null) {
    const failures = before.failures + 1;
    const isDown = failures >= Math.max(1, thresholds.failureThreshold) || before.health === 'unhealthy';
    return { health: isDown ? 'unhealthy' : 'degraded', failures, successes: 0, reason: failure };
  }
  const successes = before.successes + 1;
  const isBack =
    before.health === 'unknown' || before.health === 'healthy' || successes >= Math.max(1, thresholds.successThreshold);
  return { health: isBack ? 'healthy' : before.health, failures: 0, successes, reason: null };
}
