import { parseSize } from './size.ts';
import { field, mapping, number, present } from './values.ts';
import type { LimitsConfig } from './worker-config.ts';

/** Reads `limits` of either form, and `resources` of the unified one. */
export function readLimits(limits: unknown): LimitsConfig | undefined {
  if (!mapping(limits)) return undefined;
  const memory = field(limits, 'memory');
  const megabytes = number(field(memory, 'limit_mb'));
  return present({
    maxRssBytes:
      megabytes !== undefined
        ? megabytes * 1024 ** 2
        : (size(field(memory, 'max_rss')) ?? size(field(limits, 'memory_limit')) ?? size(field(limits, 'max_memory'))),
    maxCpuPercent: number(field(field(limits, 'cpu'), 'max_percent')),
  });
}

function size(value: unknown): number | undefined {
  return typeof value === 'string' || typeof value === 'number' ? parseSize(value) : undefined;
}
