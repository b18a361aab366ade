import assert from 'node:assert/strict';
import { DrawBudget } from '../../../client/views/draw-budget.ts';

describe('how often something is drawn', () => {
  let now: number;
  let budget: DrawBudget;
  beforeEach(() => {
    now = 1000;
    budget = new DrawBudget({ burst: 3, everyMs: 2000, now: () => now });
  });

  /** When each draw was made that was wanted in every step of 50 ms. */
  const drawn = (untilMs: number): number[] => {
    const moments: number[] = [];
    for (; now < untilMs; now += 50) {
      if (budget.waitMs > 0) continue;
      budget.spend();
      moments.push(now);
    }
    return moments;
  };

  it('is a few times at once, then each time that one more is due', () => {
    assert.deepEqual(drawn(9000), [1000, 1050, 1100, 3000, 5000, 7000]);
  });

  it('is a few times at once again after a while of rest, and not more often for a long one', () => {
    drawn(3000);
    now = 100_000;
    assert.deepEqual(drawn(104_000), [100_000, 100_050, 100_100, 102_000]);
  });

  it('is known beforehand', () => {
    assert.equal(budget.waitMs, 0);
    for (let times = 0; times < 3; times++) budget.spend();
    assert.equal(budget.waitMs, 2000);
    now += 500;
    assert.equal(budget.waitMs, 1500);
    now += 1500;
    assert.equal(budget.waitMs, 0);
  });
});
