import assert from 'node:assert/strict';
import { adjustLimits } from '../../../master/config/adjust-limits.ts';
import { readLimits } from '../../../master/config/read-limits.ts';

describe('readLimits', () => {
  it('reads every limit there is', () => {
    const limits = {
      priority: 5,
      cpu_shares: 512,
      memory: { max_rss: '1MiB', max_virtual: 2_000_000, max_swap: 0, warning_threshold: 80, policy: 'alert' },
      cpu: { max_percent: 50, max_time: '1m', max_cores: 1.5, warning_threshold: 70, policy: 'throttle' },
      process: {
        max_file_descriptors: 10,
        max_child_processes: 2,
        max_processes: 4,
        warning_threshold: 60,
        policy: 'log',
      },
      io: {
        weight: 200,
        max_read_bps: '1MB',
        max_write_bps: 2000,
        max_read_ops: 3,
        max_write_ops: 4,
        warning_threshold: 50,
        policy: 'throttle',
      },
      monitoring: { interval: '2s', sustained_violation_time: '10s', spike_tolerance_time: '3s' },
    };
    assert.deepEqual(readLimits(limits), {
      maxRssBytes: 1024 ** 2,
      maxVirtualBytes: 2_000_000,
      maxSwapBytes: 0,
      maxCpuPercent: 50,
      maxCpuTimeMs: 60_000,
      maxCores: 1.5,
      cpuShares: 512,
      maxFileDescriptors: 10,
      maxChildProcesses: 2,
      maxProcesses: 4,
      priority: 5,
      maxReadBps: 1_000_000,
      maxWriteBps: 2000,
      maxReadOps: 3,
      maxWriteOps: 4,
      ioWeight: 200,
      ioWarningPercent: 50,
      ioPolicy: 'throttle',
      memoryWarningPercent: 80,
      cpuWarningPercent: 70,
      processWarningPercent: 60,
      memoryPolicy: 'alert',
      cpuPolicy: 'throttle',
      processPolicy: 'log',
      intervalMs: 2000,
      sustainedMs: 10_000,
      spikeMs: 3000,
    });
  });

  it('takes the times of the older form, whose limits without a policy only tell', () => {
    const context = { sustained_violation_time: '5m', spike_tolerance_time: '30s' };
    assert.deepEqual(readLimits({ memory: { max_rss: 1 } }, 'log', context), {
      maxRssBytes: 1,
      memoryPolicy: 'log',
      sustainedMs: 300_000,
      spikeMs: 30_000,
    });
  });

  it('raises only what restart_adjusted stands beside, at most to double', () => {
    const limits = {
      maxRssBytes: 1000,
      maxCpuPercent: 10,
      memoryPolicy: 'restart_adjusted',
      cpuPolicy: 'restart',
    } as const;
    assert.deepEqual(
      [0, 1, 2, 9].map((restarts) => adjustLimits(limits, restarts).maxRssBytes),
      [1000, 1250, 1563, 2000],
    );
    assert.equal(adjustLimits(limits, 9).maxCpuPercent, 10);
  });
});
