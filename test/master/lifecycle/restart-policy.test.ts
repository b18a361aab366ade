import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RestartConfig } from '../../../master/config/worker-config.ts';
import {
  decideRestart,
  isWithinStartupGrace,
  type Ending,
  type RestartHistory,
} from '../../../master/lifecycle/restart-policy.ts';

const base: RestartConfig = { policy: 'on-failure', maxRetries: 3, retryDelayMs: 1000, backoffRate: 2 };
const crash: Ending = { kind: 'failure', code: 'crashed' };
const clean: Ending = { kind: 'clean' };

function decide(config: Partial<RestartConfig>, ending: Ending = crash, history: Partial<RestartHistory> = {}): string {
  const decision = decideRestart({ ...base, ...config }, ending, { attempts: 0, ranForMs: 0, ...history });
  return decision.action === 'retry' ? `retry in ${decision.delayMs}` : decision.action;
}

describe('restart policy', () => {
  const policies: readonly (readonly [RestartConfig['policy'], afterClean: string, afterCrash: string])[] = [
    ['never', 'rest', 'give-up'],
    ['on-failure', 'rest', 'retry in 1000'],
    ['always', 'retry in 1000', 'retry in 1000'],
    ['unless-stopped', 'retry in 1000', 'retry in 1000'],
  ];
  for (const [policy, afterClean, afterCrash] of policies) {
    it(`${policy}: code 0 → ${afterClean}, a crash → ${afterCrash}`, () => {
      assert.deepEqual([decide({ policy }, clean), decide({ policy }, crash)], [afterClean, afterCrash]);
    });
  }

  it('brings back at once, however often, what went down by the doing of another, and thrice where nobody knows whose', () => {
    const lost: Ending = { kind: 'failure', code: 'host-lost' };
    const after = (ending: Ending) =>
      [0, 2, 3, 100].map((attempts) => decide({ policy: 'never' }, ending, { attempts }));
    assert.deepEqual(after({ ...lost, by: 'other' }), ['bring-back', 'bring-back', 'bring-back', 'bring-back']);
    assert.deepEqual(after(lost), ['retry in 0', 'retry in 0', 'give-up', 'give-up']);
  });

  it('waits longer each time, up to the longest wait', () => {
    const waits = [0, 1, 2, 3, 4].map((attempts) => decide({ maxRetries: 0, maxDelayMs: 5000 }, crash, { attempts }));
    assert.deepEqual(waits, ['retry in 1000', 'retry in 2000', 'retry in 4000', 'retry in 5000', 'retry in 5000']);
  });

  it('spreads waits by the jitter, either way', () => {
    const waits = [0, 0.5, 1].map((random) => decide({ jitter: 0.2 }, crash, { random }));
    assert.deepEqual(waits, ['retry in 800', 'retry in 1000', 'retry in 1200']);
  });

  it('does not try again what only a change can mend', () => {
    for (const code of ['configuration', 'executable-not-found', 'module-syntax', 'held-back'] as const) {
      assert.equal(decide({ policy: 'always' }, { kind: 'failure', code }), 'give-up');
    }
    assert.equal(decide({}, { kind: 'failure', code: 'port-in-use' }), 'retry in 1000');
  });

  describe('a spent budget', () => {
    it('ends it for good where no cool-down is configured', () => {
      assert.equal(decide({}, crash, { attempts: 3 }), 'give-up');
    });

    it('allows one trial after the cool-down, then one after twice as long, up to sixteen times', () => {
      const waits = [3, 4, 5, 7, 99].map((attempts) => decide({ coolDownMs: 60_000 }, crash, { attempts }));
      assert.deepEqual(
        waits,
        [60_000, 120_000, 240_000, 960_000, 960_000].map((wait) => `retry in ${wait}`),
      );
    });

    it('says so', () => {
      const decision = decideRestart({ ...base, coolDownMs: 60_000 }, crash, { attempts: 3, ranForMs: 0 });
      assert.ok(decision.action === 'retry');
      assert.equal(decision.why, 'its 3 automatic restarts are spent, so it is tried only once after a pause');
    });

    it('is full again after a run that lasted', () => {
      assert.equal(decide({ coolDownMs: 60_000 }, crash, { attempts: 7, ranForMs: 60_000 }), 'retry in 1000');
    });
  });

  it('over a window counts only the restarts within it, however long the runs were', () => {
    const now = 1_000_000;
    const restartTimes = [now - 50_000, now - 9000, now - 5000];
    const history = { now, restartTimes, attempts: 99, ranForMs: 3_600_000 };
    assert.equal(decide({ windowMs: 10_000 }, crash, history), 'retry in 4000');
    assert.equal(decide({ windowMs: 60_000 }, crash, history), 'give-up');
  });

  it('survives a clock that was set back', () => {
    assert.equal(decide({ windowMs: 10_000 }, crash, { now: 0, restartTimes: [5, 6, 7] }), 'retry in 1000');
  });

  describe('aware of the context', () => {
    const unhealthy: Ending = { kind: 'failure', code: 'unhealthy' };
    const tooBig: Ending = { kind: 'failure', code: 'resource-limit' };
    const config: Partial<RestartConfig> = {
      healthFailures: { maxRetries: 1, retryDelayMs: 10, backoffRate: 1 },
      resourceViolations: { maxRetries: 5, retryDelayMs: 20, backoffRate: 1 },
    };

    it('has a budget for each cause', () => {
      assert.deepEqual(
        [unhealthy, tooBig, crash].map((ending) => decide(config, ending, { attempts: 1 })),
        ['give-up', 'retry in 20', 'retry in 2000'],
      );
    });

    it('stretches count and wait by the profile', () => {
      const profileMultipliers = { database: 5, batch: 0.1 };
      assert.equal(
        decide({ profileMultipliers }, crash, { profile: 'database', attempts: 14 }).startsWith('retry'),
        true,
      );
      assert.equal(decide({ profileMultipliers }, crash, { profile: 'database', attempts: 15 }), 'give-up');
      assert.equal(decide({ profileMultipliers }, crash, { profile: 'database' }), 'retry in 5000');
      assert.equal(decide({ profileMultipliers }, crash, { profile: 'batch' }), 'retry in 100');
      assert.equal(decide({ profileMultipliers }, crash, { profile: 'unheard-of' }), 'retry in 1000');
    });

    it('bears ill health of a young run', () => {
      assert.equal(isWithinStartupGrace({ ...base, startupGraceMs: 1000 }, 999), true);
      assert.equal(isWithinStartupGrace({ ...base, startupGraceMs: 1000 }, 1000), false);
      assert.equal(isWithinStartupGrace(base, 0), false);
    });
  });

  it('without a pause does not pause after thousands of attempts either', () => {
    const config: RestartConfig = { policy: 'always', maxRetries: 0, retryDelayMs: 0, backoffRate: 2 };
    const decision = decideRestart(config, crash, { attempts: 10_000, ranForMs: 0 });
    assert.deepEqual(decision, { action: 'retry', delayMs: 0, attempts: 10_001 });
  });

  it('whatever is configured, a wait is finite, not negative and within the bounds', () => {
    const configs = fc.record({
      policy: fc.constantFrom<RestartConfig['policy']>('never', 'on-failure', 'always', 'unless-stopped'),
      maxRetries: fc.nat(10),
      retryDelayMs: fc.nat(100_000),
      backoffRate: fc.double({ min: 0.1, max: 10, noNaN: true }),
      jitter: fc.double({ min: 0, max: 1, noNaN: true }),
      coolDownMs: fc.nat(600_000),
    });
    const histories = fc.record({
      attempts: fc.nat(10_000),
      ranForMs: fc.nat(),
      random: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(configs, histories, (config, history) => {
        const decision = decideRestart(config, crash, history);
        if (decision.action !== 'retry') return;
        assert.ok(decision.delayMs >= 0 && decision.delayMs <= Math.max(300_000, config.coolDownMs * 16 * 2));
      }),
    );
  });
});
