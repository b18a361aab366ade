import assert from 'node:assert/strict';
import type { LimitsConfig } from '../../../master/config/worker-config.ts';
import { checkLimits } from '../../../master/workers/check-limits.ts';
import { watchLimits } from '../../../master/workers/watch-limits.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const mega = 1024 ** 2;
const uses = (rssMegabytes: number | null, cpuPercent: number | null = null) => ({
  rss_bytes: rssMegabytes === null ? null : rssMegabytes * mega,
  cpu_percent: cpuPercent,
  heap_bytes: null,
});

describe('resource limits', () => {
  const limits: LimitsConfig = { maxRssBytes: 100 * mega, memoryWarningPercent: 80, maxCpuPercent: 50 };

  const cases: readonly (readonly [what: string, usage: ReturnType<typeof uses>, want: readonly string[]])[] = [
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
      const run = { usage: uses(10), debugging: false, measured: 0 };
      const done = watchLimits({
        run: {
          get debugging() {
            return run.debugging;
          },
          resources: () => {
            run.measured += 1;
            return Promise.resolve(run.usage);
          },
        },
        limits: { ...limits, ...changes },
        clock,
        signal: scope.signal,
        exceeded: ({ what }) => told.push(`over: ${what}`),
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
