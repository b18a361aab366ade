import type { LimitsConfig, LimitPolicy } from '../config/worker-config.ts';
import type { Resources } from '../lifecycle/worker-snapshot.ts';

/** A limit that a worker is over, or near. `what` ends a sentence that begins with the worker's name. */
export interface Violation {
  readonly severity: 'warning' | 'critical';
  readonly what: string;
  readonly policy: LimitPolicy;
}

/** What a measurement says about the limits, worst first. What could not be measured violates nothing. */
export function checkLimits(limits: LimitsConfig, usage: Resources): readonly Violation[] {
  const memory = compare(usage.rss_bytes, limits.maxRssBytes, limits.memoryWarningPercent, (value, limit) => ({
    what: `uses ${megabytes(value)} of memory; its limit is ${megabytes(limit)}`,
    policy: limits.memoryPolicy ?? 'restart',
  }));
  const cpu = compare(usage.cpu_percent, limits.maxCpuPercent, limits.cpuWarningPercent, (value, limit) => ({
    what: `uses ${value} % of a core; its limit is ${limit} %`,
    policy: limits.cpuPolicy ?? 'restart',
  }));
  return [...memory, ...cpu].sort((a, b) => Number(b.severity === 'critical') - Number(a.severity === 'critical'));
}

function compare(
  value: number | null,
  limit: number | undefined,
  warningPercent: number | undefined,
  describe: (value: number, limit: number) => Omit<Violation, 'severity'>,
): Violation[] {
  if (value === null || limit === undefined || limit <= 0) return [];
  if (value > limit) return [{ severity: 'critical', ...describe(value, limit) }];
  const isNear = warningPercent !== undefined && warningPercent > 0 && value > (limit * warningPercent) / 100;
  return isNear ? [{ severity: 'warning', ...describe(value, limit) }] : [];
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 ** 2)} MB`;
}
