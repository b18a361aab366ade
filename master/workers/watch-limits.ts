import { delay, type Clock } from '../clock.ts';
import type { LimitsConfig } from '../config/worker-config.ts';
import { checkLimits, type Violation } from './check-limits.ts';
import type { Run } from './worker.ts';

/** How often a limited worker is measured where it does not say. Milliseconds. */
const usualIntervalMs = 10_000;

export interface LimitWatch {
  readonly run: Pick<Run, 'resources' | 'debugging'>;
  readonly limits: LimitsConfig;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told when a limit is exceeded, without a break, for its sustained time; and again at each further measurement. */
  readonly exceeded: (violation: Violation) => void;
  /** Told once when a limit comes near. */
  readonly near: (violation: Violation) => void;
}

/** Measures a worker that has limits, until the signal aborts. A worker without limits costs nothing. */
export async function watchLimits({ run, limits, clock, signal, exceeded, near }: LimitWatch): Promise<void> {
  let since: number | undefined;
  let hasWarned = false;
  for (;;) {
    await delay(clock, limits.intervalMs ?? usualIntervalMs, signal).catch(() => undefined);
    if (signal.aborted) return;
    if (run.debugging) continue;
    const usage = await run.resources();
    if (signal.aborted) return;
    const [worst] = usage ? checkLimits(limits, usage) : [];
    if (worst?.severity !== 'critical') since = undefined;
    if (worst?.severity === 'warning' && !hasWarned) near(worst);
    hasWarned = worst !== undefined;
    if (worst?.severity !== 'critical') continue;
    since ??= clock.now();
    if (clock.now() - since >= (limits.sustainedMs ?? 0)) exceeded(worst);
  }
}
