import type { LimitsConfig, LimitPolicy } from '../config/worker-config.ts';
import { megabytes } from '../lifecycle/megabytes.ts';
import type { LimitInForce } from '../lifecycle/worker-snapshot.ts';
import type { Usage } from './worker.ts';

/** A limit that a worker is over, or near. `what` ends a sentence that begins with the worker's name. */
export interface Violation {
  readonly severity: 'warning' | 'critical';
  readonly resource: LimitInForce['resource'];
  readonly what: string;
  readonly policy: LimitPolicy;
}

/** What a measurement says about the limits, worst first. What could not be measured violates nothing. */
export function checkLimits(limits: LimitsConfig, usage: Usage): readonly Violation[] {
  const { memoryPolicy = 'restart', cpuPolicy = 'restart', processPolicy = 'restart', ioPolicy = 'restart' } = limits;
  const { memoryWarningPercent, cpuWarningPercent, processWarningPercent, ioWarningPercent } = limits;
  const checks: readonly Check[] = [
    {
      resource: 'memory',
      value: usage.rss_bytes,
      limit: limits.maxRssBytes,
      near: memoryWarningPercent,
      policy: memoryPolicy,
      say: (value, limit) => `uses ${megabytes(value)} of memory; its limit is ${megabytes(limit)}`,
    },
    {
      resource: 'virtual_memory',
      value: usage.virtual_bytes,
      limit: limits.maxVirtualBytes,
      near: memoryWarningPercent,
      policy: memoryPolicy,
      say: (value, limit) => `uses ${megabytes(value)} of virtual memory; its limit is ${megabytes(limit)}`,
    },
    {
      resource: 'cpu',
      value: usage.cpu_percent,
      limit: limits.maxCpuPercent,
      near: cpuWarningPercent,
      policy: cpuPolicy,
      say: (value, limit) => `uses ${value} % of a core; its limit is ${limit} %`,
    },
    {
      resource: 'cpu_time',
      value: usage.cpu_time_ms,
      limit: limits.maxCpuTimeMs,
      near: cpuWarningPercent,
      policy: cpuPolicy,
      say: (value, limit) => `has used ${seconds(value)} of processor time; its limit is ${seconds(limit)}`,
    },
    {
      resource: 'open_files',
      value: usage.open_files,
      limit: limits.maxFileDescriptors,
      near: processWarningPercent,
      policy: processPolicy,
      say: (value, limit) => `has ${value} files open; its limit is ${limit}`,
    },
    {
      resource: 'child_processes',
      value: usage.processes === null ? null : usage.processes - 1,
      limit: limits.maxChildProcesses,
      near: processWarningPercent,
      policy: processPolicy,
      say: (value, limit) => `has ${value} child processes; its limit is ${limit}`,
    },
    {
      resource: 'processes',
      value: usage.processes,
      limit: limits.maxProcesses,
      near: processWarningPercent,
      policy: processPolicy,
      say: (value, limit) => `has ${value} processes; its limit is ${limit}`,
    },
    {
      resource: 'read_bps',
      value: usage.read_bps,
      limit: limits.maxReadBps,
      near: ioWarningPercent,
      policy: ioPolicy,
      say: (value, limit) => `reads ${megabytes(value)} a second; its limit is ${megabytes(limit)}`,
    },
    {
      resource: 'write_bps',
      value: usage.write_bps,
      limit: limits.maxWriteBps,
      near: ioWarningPercent,
      policy: ioPolicy,
      say: (value, limit) => `writes ${megabytes(value)} a second; its limit is ${megabytes(limit)}`,
    },
  ];
  const found = checks.flatMap(compare);
  if (usage.memory_kills > 0 && limits.maxRssBytes !== undefined) {
    const what = `used more than its ${megabytes(limits.maxRssBytes)} of memory, and the kernel ended a process of it`;
    found.push({ severity: 'critical', resource: 'memory', what, policy: memoryPolicy });
  }
  return found.sort((a, b) => Number(b.severity === 'critical') - Number(a.severity === 'critical'));
}

interface Check {
  readonly resource: Violation['resource'];
  readonly value: number | null;
  readonly limit: number | undefined;
  readonly near: number | undefined;
  readonly policy: LimitPolicy;
  readonly say: (value: number, limit: number) => string;
}

function compare({ resource, value, limit, near, policy, say }: Check): Violation[] {
  if (value === null || limit === undefined || limit <= 0) return [];
  const violation = { resource, what: say(value, limit), policy };
  if (value > limit) return [{ severity: 'critical', ...violation }];
  const isNear = near !== undefined && near > 0 && value > (limit * near) / 100;
  return isNear ? [{ severity: 'warning', ...violation }] : [];
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}
