import assert from 'node:assert/strict';
import { ChangeFrames } from '../../master/change-frames.ts';
import { ManualClock } from '../support/manual-clock.ts';

describe('changes', () => {
  it('are told together a moment after the first, and further ones with the frame', async () => {
    const clock = new ManualClock();
    let told = 0;
    const frames = new ChangeFrames(clock, () => (told += 1));
    frames.add();
    await clock.advance(1);
    frames.add();
    assert.equal(told, 0);
    await clock.advance(1);
    assert.equal(told, 1);
    for (let n = 0; n < 100; n += 1) frames.add();
    await clock.advance(4);
    assert.equal(told, 1);
    await clock.advance(1);
    assert.equal(told, 2);
  });

  it('are told at once where somebody waits for it, and then not again', async () => {
    const clock = new ManualClock();
    let told = 0;
    const frames = new ChangeFrames(clock, () => (told += 1));
    frames.add();
    frames.flush();
    frames.flush();
    await clock.advance(100);
    assert.equal(told, 1);
  });

  it('are not held back by a clock that was set back', async () => {
    const clock = new ManualClock();
    let told = 0;
    const frames = new ChangeFrames(clock, () => (told += 1));
    frames.add();
    await clock.advance(2);
    clock.set(-3_600_000);
    frames.add();
    await clock.advance(5);
    assert.equal(told, 2);
  });
});
