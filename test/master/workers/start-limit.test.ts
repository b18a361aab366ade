import assert from 'node:assert/strict';
import { StartLimit } from '../../../master/workers/start-limit.ts';
import { ManualClock } from '../../support/manual-clock.ts';

describe('start limit', () => {
  it('stands still while it is paused', async () => {
    const clock = new ManualClock();
    let expired = 0;
    const limit = new StartLimit(clock, 1000, () => (expired += 1));
    await clock.advance(600);
    limit.pause();
    await clock.advance(5000);
    assert.deepEqual([expired, limit.leftMs], [0, 400]);
    limit.resume();
    await clock.advance(399);
    assert.equal(expired, 0);
    await clock.advance(1);
    assert.equal(expired, 1);
  });

  it('never expires after the start is over, whatever a debugger does then', async () => {
    const clock = new ManualClock();
    let expired = 0;
    const limit = new StartLimit(clock, 1000, () => (expired += 1));
    limit.end();
    limit.pause();
    limit.resume();
    await clock.advance(10_000);
    assert.equal(expired, 0);
  });
});
