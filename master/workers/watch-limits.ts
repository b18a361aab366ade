import { delay, type Clock } from '../clock.ts';
import type { LimitsConfig } from '../config/worker-config.ts';
import { checkLimits, type Violation } from './check-limits.ts';
import type { Run, Usage } from './worker.ts';

/** How often a limited worker is measured where it does not say. Milliseconds. */
const usualIntervalMs = 10_000;

export interface LimitWatch {
  readonly run: Pick<Run, 'resources' | 'usage' | 'debugging'>;
  readonly limits: LimitsConfig;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Its clocks stand still. */
  readonly isHeld?: () => boolean;
  /**
   * Told when a limit is exceeded, without a break, for its sustained time; again at each further measurement until
   * it answers true, which says that something was done about it.
   */
  readonly exceeded: (violation: Violation) => boolean;
  /** Told once when a limit comes near. */
  readonly near: (violation: Violation) => void;
  /** Told of what is near or over whenever that changes. */
  readonly changed?: (violations: readonly Violation[]) => void;
}

/** Measures a worker that has limits, until the signal aborts. A worker without limits costs nothing. */
export async function watchLimits(watch: LimitWatch): Promise<void> {
  const { run, limits, clock, signal } = watch;
  const patienceMs = Math.max(limits.sustainedMs ?? 0, limits.spikeMs ?? 0);
  const since = new Map<Violation['resource'], number>();
  const settled = new Set<Violation['resource']>();
  let warned = new Set<Violation['resource']>();
  let told = '';
  for (;;) {
    await delay(clock, limits.intervalMs ?? usualIntervalMs, signal).catch(() => undefined);
    if (signal.aborted) return;
    if (run.debugging || watch.isHeld?.() === true) continue;
    const usage = await usageOf(run);
    if (signal.aborted) return;
    const violations = usage ? checkLimits(limits, usage) : [];
    const critical = violations.filter(({ severity }) => severity === 'critical');
    for (const resource of [...since.keys()]) {
      if (critical.some((one) => one.resource === resource)) continue;
      since.delete(resource);
      settled.delete(resource);
    }
    const state = violations.map(({ resource, severity }) => `${resource} ${severity}`).join();
    if (state !== told) watch.changed?.(violations);
    told = state;
    for (const one of violations) if (one.severity === 'warning' && !warned.has(one.resource)) watch.near(one);
    warned = new Set(violations.map(({ resource }) => resource));
    for (const one of critical) {
      const begin = since.get(one.resource) ?? clock.elapsed();
      since.set(one.resource, begin);
      if (clock.elapsed() - begin < patienceMs || settled.has(one.resource)) continue;
      if (watch.exceeded(one)) settled.add(one.resource);
      if (signal.aborted) return;
    }
  }
}

async function usageOf(run: LimitWatch['run']): Promise<Usage | null> {
  if (run.usage) return run.usage();
  const resources = await run.resources();
  return (
    resources && {
      rss_bytes: resources.rss_bytes,
      cpu_percent: resources.cpu_percent,
      virtual_bytes: null,
      cpu_time_ms: null,
      open_files: null,
      processes: null,
      read_bps: null,
      write_bps: null,
      memory_kills: 0,
    }
  );
}
