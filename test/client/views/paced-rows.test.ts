import assert from 'node:assert/strict';
import { PacedRows } from '../../../client/views/paced-rows.ts';
import { ManualClock } from '../../support/manual-clock.ts';

describe('rows that are drawn anew', () => {
  let clock: ManualClock;
  let drawn: string[];
  let rows: PacedRows<string>;
  beforeEach(() => {
    clock = new ManualClock(0);
    drawn = [];
    rows = new PacedRows<string>((some) => drawn.push(`${some.join(' ')} at ${clock.now()}`), clock);
  });

  it('are drawn at once, all that changed together', () => {
    rows.draw(['a', 'b']);
    assert.deepEqual(drawn, ['a b at 0']);
  });

  it('are drawn again when the editor draws at once again, each in one go, also where changes do not end', async () => {
    for (let at = 0; at < 100; at++) {
      rows.draw([at % 2 === 0 ? 'a' : 'b']);
      await clock.advance(10);
    }
    const moments = drawn.map((text) => Number(text.split(' at ')[1]));
    assert.deepEqual(moments, [0, 205, 410, 615, 820]);
    for (const text of drawn.slice(1)) assert.match(text, /^(a b|b a) at /);
  });

  it('that may wait are drawn after their time, or with the first that may not', async () => {
    rows.draw(['a'], 80);
    await clock.advance(79);
    assert.deepEqual(drawn, []);
    await clock.advance(1);
    assert.deepEqual(drawn, ['a at 80']);
    await clock.advance(1000);
    rows.draw(['a'], 80);
    await clock.advance(20);
    rows.draw(['b']);
    await clock.advance(1000);
    assert.deepEqual(drawn, ['a at 80', 'a b at 1100']);
  });

  it('are not drawn when the view is gone', async () => {
    rows.draw(['a'], 80);
    rows.dispose();
    await clock.advance(1000);
    assert.deepEqual(drawn, []);
  });
});
