import assert from 'node:assert/strict';
import type { LimitsConfig } from '../../../master/config/worker-config.ts';
import { checkLimits } from '../../../master/workers/check-limits.ts';
import { watchLimits } from '../../../master/workers/watch-limits.ts';
import type { Usage } from '../../../master/workers/worker.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const mega = 1e6;
const uses = (rssMegabytes: number | null, cpuPercent: number | null = null): Usage => ({
  rss_bytes: rssMegabytes === null ? null : rssMegabytes * mega,
  cpu_percent: cpuPercent,
  virtual_bytes: null,
  cpu_time_ms: null,
  open_files: null,
  processes: null,
  read_bps: null,
  write_bps: null,
  memory_kills: 0,
});

describe('resource limits', () => {
  const limits: LimitsConfig = {
    maxRssBytes: 100 * mega,
    memoryWarningPercent: 80,
    maxVirtualBytes: 800 * mega,
    maxCpuPercent: 50,
    maxCpuTimeMs: 60_000,
    maxFileDescriptors: 100,
    maxChildProcesses: 2,
    processWarningPercent: 90,
    maxReadBps: 10 * mega,
    maxWriteBps: 20 * mega,
    ioWarningPercent: 50,
  };

  const cases: readonly (readonly [what: string, usage: Usage, want: readonly string[]])[] = [
    ['below', uses(79, 50), []],
    ['near', uses(81), ['warning: uses 81 MB of memory; its limit is 100 MB']],
    ['at the limit itself', uses(100), ['warning: uses 100 MB of memory; its limit is 100 MB']],
    ['over', uses(101), ['critical: uses 101 MB of memory; its limit is 100 MB']],
    [
      'worst first',
      uses(90, 51.5),
      ['critical: uses 51.5 % of a core; its limit is 50 %', 'warning: uses 90 MB of memory; its limit is 100 MB'],
    ],
    ['not measured', uses(null), []],
    ['processes', { ...uses(null), processes: 4 }, ['critical: has 3 child processes; its limit is 2']],
    ['files', { ...uses(null), open_files: 95 }, ['warning: has 95 files open; its limit is 100']],
    [
      'time',
      { ...uses(null), cpu_time_ms: 61_234 },
      ['critical: has used 61.2 s of processor time; its limit is 60 s'],
    ],
    [
      'virtual memory',
      { ...uses(null), virtual_bytes: 900 * mega },
      ['critical: uses 900 MB of virtual memory; its limit is 800 MB'],
    ],
    [
      'disks',
      { ...uses(null), read_bps: 6 * mega, write_bps: 21 * mega },
      ['critical: writes 21 MB a second; its limit is 20 MB', 'warning: reads 6 MB a second; its limit is 10 MB'],
    ],
    [
      'ended by the kernel',
      { ...uses(null), memory_kills: 1 },
      ['critical: used more than its 100 MB of memory, and the kernel ended a process of it'],
    ],
  ];
  for (const [what, usage, want] of cases) {
    it(`${what}: ${want.join('; ') || 'nothing'}`, () => {
      assert.deepEqual(
        checkLimits(limits, usage).map((violation) => `${violation.severity}: ${violation.what}`),
        want,
      );
    });
  }

  it('a limit of zero is none', () => {
    assert.deepEqual(checkLimits({ maxRssBytes: 0 }, uses(5000)), []);
  });

  describe('watched', () => {
    const watch = (changes: Partial<LimitsConfig>) => {
      const clock = new ManualClock();
      const scope = new AbortController();
      const told: string[] = [];
      const run = { usage: uses(10), debugging: false, measured: 0, isIgnored: false };
      const done = watchLimits({
        run: {
          get debugging() {
            return run.debugging;
          },
          resources: () => Promise.resolve(null),
          usage: () => {
            run.measured += 1;
            return Promise.resolve(run.usage);
          },
        },
        limits: { ...limits, ...changes },
        clock,
        signal: scope.signal,
        exceeded: ({ what }) => told.push(`over: ${what}`) > 0 && !run.isIgnored,
        near: ({ what }) => told.push(`near: ${what}`),
      });
      return { clock, scope, told, run, done };
    };

    it('every ten seconds, and says once that a limit is near', async () => {
      const { clock, told, run, scope, done } = watch({});
      run.usage = uses(85);
      await clock.advance(30_000);
      assert.deepEqual([run.measured, told.length], [3, 1]);
      scope.abort();
      await done;
      assert.deepEqual(clock.pending, []);
    });

    it('acts only when a limit is exceeded without a break for its sustained time', async () => {
      const { clock, told, run, scope } = watch({ intervalMs: 1000, sustainedMs: 3000 });
      run.usage = uses(150);
      await clock.advance(3000);
      run.usage = uses(10);
      await clock.advance(1000);
      run.usage = uses(150);
      await clock.advance(3000);
      assert.deepEqual(told, []);
      await clock.advance(1000);
      assert.deepEqual(told, ['over: uses 150 MB of memory; its limit is 100 MB']);
      scope.abort();
    });

    it('for its sustained time whatever the clock is set to meanwhile', async () => {
      for (const by of [-3_600_000, 3_600_000]) {
        const { clock, told, run, scope } = watch({ intervalMs: 1000, sustainedMs: 3000 });
        run.usage = uses(150);
        await clock.advance(2000);
        clock.set(by);
        await clock.advance(1999);
        assert.deepEqual(told, []);
        await clock.advance(1);
        assert.equal(told.length, 1);
        scope.abort();
      }
    });

    it('says once for each breach, and again only while nobody acts on it', async () => {
      const { clock, told, run, scope } = watch({ intervalMs: 1000 });
      run.usage = uses(150);
      await clock.advance(5000);
      assert.equal(told.length, 1);
      run.usage = uses(10);
      await clock.advance(1000);
      run.usage = uses(150);
      run.isIgnored = true;
      await clock.advance(3000);
      assert.equal(told.length, 4);
      scope.abort();
    });

    it('says nothing of a spike that is over in time', async () => {
      const { clock, told, run, scope } = watch({ intervalMs: 1000, spikeMs: 2500 });
      run.usage = uses(150);
      await clock.advance(3000);
      run.usage = uses(10);
      await clock.advance(1000);
      assert.deepEqual(told, []);
      run.usage = uses(150);
      await clock.advance(4000);
      assert.equal(told.length, 1);
      scope.abort();
    });

    it('not while a debugger holds the worker', async () => {
      const { clock, told, run, scope } = watch({ intervalMs: 1000 });
      run.usage = uses(150);
      run.debugging = true;
      await clock.advance(60_000);
      assert.deepEqual([told, run.measured], [[], 0]);
      scope.abort();
    });
  });
});
