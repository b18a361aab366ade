import assert from 'node:assert/strict';
import type { HealthCheckConfig } from '../../../master/config/worker-config.ts';
import { waitUntilReady } from '../../../master/readiness/wait-until-ready.ts';
import { watchHealth } from '../../../master/health/watch-health.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const check: HealthCheckConfig = {
  type: 'http',
  intervalMs: 10_000,
  timeoutMs: 1000,
  initialDelayMs: 3000,
  failureThreshold: 2,
  successThreshold: 1,
};

describe('watchHealth', () => {
  const stage = () => {
    const clock = new ManualClock();
    const scope = new AbortController();
    const told: string[] = [];
    const answers = { next: null as string | null, asked: 0 };
    const watch = watchHealth({
      probe: () => {
        answers.asked += 1;
        return Promise.resolve(answers.next);
      },
      check,
      clock,
      signal: scope.signal,
      onChange: ({ health }) => told.push(health),
    });
    return { clock, scope, told, answers, watch };
  };

  it('asks after the initial delay, then at the interval, and tells of changes only', async () => {
    const { clock, told, answers, scope } = stage();
    await clock.advance(2999);
    assert.equal(answers.asked, 0);
    await clock.advance(1);
    await clock.advance(10_000);
    assert.deepEqual([answers.asked, told], [2, ['healthy']]);
    answers.next = 'answered 503';
    await clock.advance(20_000);
    assert.deepEqual(told, ['healthy', 'degraded', 'unhealthy']);
    answers.next = null;
    await clock.advance(10_000);
    assert.equal(told.at(-1), 'healthy');
    scope.abort();
    assert.deepEqual(clock.pending, []);
  });

  it('tells again of one that stays unhealthy, for what is borne at first need not be borne for ever', async () => {
    const { clock, told, answers, scope } = stage();
    answers.next = 'answered 503';
    await clock.advance(3000 + 3 * 10_000);
    assert.deepEqual(told, ['degraded', 'unhealthy', 'unhealthy', 'unhealthy']);
    scope.abort();
  });

  it('asks nothing while a debugger holds the worker, and goes on with what it knew', async () => {
    const { clock, answers, watch, told, scope } = stage();
    await clock.advance(3000);
    watch.pause();
    answers.next = 'stands at a breakpoint';
    await clock.advance(3_600_000);
    assert.deepEqual([answers.asked, watch.state.health, clock.pending], [1, 'healthy', []]);
    watch.resume();
    answers.next = null;
    await clock.advance(10_000);
    assert.deepEqual([answers.asked, told], [2, ['healthy']]);
    scope.abort();
  });

  it('does not count a probe that was under way at the pause', async () => {
    const clock = new ManualClock();
    const told: string[] = [];
    let finish: (answer: string) => void = () => undefined;
    const scope = new AbortController();
    const watch = watchHealth({
      probe: () => new Promise((resolve) => (finish = resolve)),
      check,
      clock,
      signal: scope.signal,
      onChange: ({ health }) => told.push(health),
    });
    await clock.advance(3000);
    watch.pause();
    finish('gave no answer within 1000 ms');
    await clock.advance(0);
    assert.deepEqual(told, []);
    scope.abort();
  });
});

describe('waitUntilReady', () => {
  const ready = (answers: readonly (string | null)[], options: { timeoutMs: number; knowsAddressAfter?: number }) => {
    const clock = new ManualClock();
    const began = clock.now();
    const asked: number[] = [];
    let discovered = 0;
    const scope = new AbortController();
    const result = waitUntilReady({
      clock,
      signal: scope.signal,
      initialDelayMs: 0,
      timeoutMs: options.timeoutMs,
      hasAddress: () => discovered >= (options.knowsAddressAfter ?? 0),
      discover: () => {
        discovered += 1;
        return Promise.resolve();
      },
      probe: () => {
        asked.push(clock.now() - began);
        return Promise.resolve(answers[asked.length - 1] ?? null);
      },
    });
    return { clock, scope, asked, result, discovered: () => discovered };
  };

  it('asks at once, then after pauses that grow from 25 to 500 ms', async () => {
    const { clock, asked, result } = ready(
      Array.from({ length: 7 }, () => 'answered 503'),
      { timeoutMs: 60_000 },
    );
    await clock.advance(60_000);
    assert.deepEqual(await result, { ready: true });
    assert.deepEqual(asked, [0, 25, 75, 175, 375, 775, 1275, 1775]);
  });

  it('a time-out is never ready, and says what was seen last', async () => {
    const { clock, result } = ready(
      Array.from({ length: 1000 }, () => 'answered 503'),
      { timeoutMs: 5000 },
    );
    await clock.advance(5000);
    assert.deepEqual(await result, { ready: false, reason: 'answered 503' });
  });

  it('a clock that is set makes the time neither shorter nor longer', async () => {
    for (const by of [-3_600_000, 3_600_000]) {
      const { clock, asked, result } = ready(
        Array.from({ length: 1000 }, () => 'answered 503'),
        { timeoutMs: 5000 },
      );
      await clock.advance(1000);
      clock.set(by);
      const before = asked.length;
      await clock.advance(3999);
      assert.ok(asked.length > before);
      await clock.advance(1);
      assert.deepEqual(await result, { ready: false, reason: 'answered 503' });
      assert.deepEqual(clock.pending, []);
    }
  });

  it('looks for an address while none is known', async () => {
    const stage = ready(['listens on no address that is known yet'], { timeoutMs: 5000, knowsAddressAfter: 2 });
    await stage.clock.advance(5000);
    assert.deepEqual(await stage.result, { ready: true });
    assert.equal(stage.discovered(), 2);
  });

  it('rejects with the reason when the run is over meanwhile', async () => {
    const { clock, scope, result } = ready(['answered 503', 'answered 503'], { timeoutMs: 5000 });
    const rejected = assert.rejects(result, /it is over/);
    await clock.advance(10);
    scope.abort(new Error('it is over'));
    await clock.advance(10);
    await rejected;
  });
});
