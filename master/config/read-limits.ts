import { parseSize } from './size.ts';
import { parseDuration } from './duration.ts';
import { field, mapping, number, oneOf, present, text } from './values.ts';
import type { LimitPolicy, LimitsConfig } from './worker-config.ts';

/**
 * Reads `limits` of either form, and `resources` of the unified one. The older form's limits without a policy did
 * nothing but say so, which is `unwritten`.
 */
export function readLimits(limits: unknown, unwritten?: LimitPolicy, context?: unknown): LimitsConfig | undefined {
  if (!mapping(limits)) return undefined;
  const process = field(limits, 'process');
  const monitoring = field(limits, 'monitoring');
  const memory = field(limits, 'memory');
  const cpu = field(limits, 'cpu');
  const io = field(limits, 'io');
  const policyOf = (block: unknown) =>
    oneOf(field(block, 'policy'), limitPolicies) ?? (mapping(block) ? unwritten : undefined);
  const megabytes = number(field(memory, 'limit_mb'));
  return present({
    maxRssBytes:
      megabytes !== undefined
        ? megabytes * 1024 ** 2
        : (size(field(memory, 'max_rss')) ?? size(field(limits, 'memory_limit')) ?? size(field(limits, 'max_memory'))),
    maxVirtualBytes: size(field(memory, 'max_virtual')),
    maxSwapBytes: size(field(memory, 'max_swap')),
    maxCpuPercent: number(field(cpu, 'max_percent')),
    maxCpuTimeMs: positive(field(cpu, 'max_time')),
    maxCores: number(field(cpu, 'max_cores')),
    cpuShares: number(field(limits, 'cpu_shares')),
    maxFileDescriptors: number(field(process, 'max_file_descriptors')),
    maxChildProcesses: number(field(process, 'max_child_processes')),
    maxProcesses: number(field(process, 'max_processes')),
    maxReadBps: size(field(io, 'max_read_bps')),
    maxWriteBps: size(field(io, 'max_write_bps')),
    maxReadOps: number(field(io, 'max_read_ops')),
    maxWriteOps: number(field(io, 'max_write_ops')),
    ioWeight: number(field(io, 'weight')),
    priority: number(field(limits, 'priority')),
    memoryWarningPercent: number(field(memory, 'warning_threshold')),
    cpuWarningPercent: number(field(cpu, 'warning_threshold')),
    processWarningPercent: number(field(process, 'warning_threshold')),
    ioWarningPercent: number(field(io, 'warning_threshold')),
    memoryPolicy: policyOf(memory),
    cpuPolicy: policyOf(cpu),
    processPolicy: policyOf(process),
    ioPolicy: policyOf(io),
    intervalMs: positive(field(monitoring, 'interval')),
    sustainedMs: positive(field(monitoring, 'sustained_violation_time') ?? field(context, 'sustained_violation_time')),
    spikeMs: positive(field(monitoring, 'spike_tolerance_time') ?? field(context, 'spike_tolerance_time')),
  });
}

function size(value: unknown): number | undefined {
  return typeof value === 'string' || typeof value === 'number' ? parseSize(value) : undefined;
}

function positive(value: unknown): number | undefined {
  const milliseconds = parseDuration(text(value) ?? '');
  return milliseconds !== undefined && milliseconds > 0 ? milliseconds : undefined;
}

export const limitPolicies: readonly LimitPolicy[] = [
  'none',
  'log',
  'alert',
  'throttle',
  'graceful_shutdown',
  'immediate_kill',
  'restart',
  'restart_adjusted',
];
