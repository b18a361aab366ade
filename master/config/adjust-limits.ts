import type { LimitPolicy, LimitsConfig } from './worker-config.ts';

/** Each restart gives a quarter more, and never more than double what is written. */
const step = 1.25;
const most = 2;

/** The limits after so many restarts by the policy `restart_adjusted`, which raises those that it stands beside. */
export function adjustLimits(limits: LimitsConfig, restarts: number): LimitsConfig {
  if (restarts === 0) return limits;
  const factor = Math.min(most, step ** restarts);
  const raise = (policy: LimitPolicy | undefined, keys: readonly (keyof LimitsConfig)[]) =>
    policy === 'restart_adjusted'
      ? keys.flatMap((key) => {
          const value = limits[key];
          return typeof value === 'number' ? [[key, Math.round(value * factor)] as const] : [];
        })
      : [];
  return {
    ...limits,
    ...Object.fromEntries([
      ...raise(limits.memoryPolicy, ['maxRssBytes', 'maxVirtualBytes']),
      ...raise(limits.cpuPolicy, ['maxCpuPercent', 'maxCpuTimeMs']),
      ...raise(limits.processPolicy, ['maxFileDescriptors', 'maxChildProcesses', 'maxProcesses']),
      ...raise(limits.ioPolicy, ['maxReadBps', 'maxWriteBps']),
    ]),
  };
}
