import { parseSize } from './size.ts';
import { parseDuration } from './duration.ts';
import { field, mapping, number, oneOf, present, text } from './values.ts';
import type { LimitPolicy, LimitsConfig } from './worker-config.ts';

/**
 * Reads `limits` of either form, and `resources` of the unified one. The older form's limits without a policy did
 * nothing but say so, which is `unwritten`.
 */
export function readLimits(limits: unknown, unwritten?: LimitPolicy, sustained?: unknown): LimitsConfig | undefined {
  if (!mapping(limits)) return undefined;
  const memory = field(limits, 'memory');
  const cpu = field(limits, 'cpu');
  const megabytes = number(field(memory, 'limit_mb'));
  return present({
    maxRssBytes:
      megabytes !== undefined
        ? megabytes * 1024 ** 2
        : (size(field(memory, 'max_rss')) ?? size(field(limits, 'memory_limit')) ?? size(field(limits, 'max_memory'))),
    maxCpuPercent: number(field(cpu, 'max_percent')),
    memoryWarningPercent: number(field(memory, 'warning_threshold')),
    cpuWarningPercent: number(field(cpu, 'warning_threshold')),
    memoryPolicy: oneOf(field(memory, 'policy'), policies) ?? unwritten,
    cpuPolicy: oneOf(field(cpu, 'policy'), policies) ?? unwritten,
    intervalMs: positive(field(field(limits, 'monitoring'), 'interval')),
    sustainedMs: positive(sustained),
  });
}

function size(value: unknown): number | undefined {
  return typeof value === 'string' || typeof value === 'number' ? parseSize(value) : undefined;
}

function positive(value: unknown): number | undefined {
  const milliseconds = parseDuration(text(value) ?? '');
  return milliseconds !== undefined && milliseconds > 0 ? milliseconds : undefined;
}

const policies: readonly LimitPolicy[] = [
  'none',
  'log',
  'alert',
  'throttle',
  'graceful_shutdown',
  'immediate_kill',
  'restart',
  'restart_adjusted',
];
