import assert from 'node:assert/strict';
import { nextTurn } from '../../server/next-turn.ts';

describe('nextTurn', () => {
  it('gives each turn of the event loop to one of all who work in slices', async () => {
    let turn = 0;
    let counting = true;
    const count = () => {
      turn++;
      if (counting) setImmediate(count);
    };
    setImmediate(count);
    const taken: number[] = [];
    const worker = async () => {
      for (let slice = 0; slice < 5; slice++) {
        await nextTurn();
        taken.push(turn);
      }
    };
    await Promise.all([worker(), worker(), worker()]);
    counting = false;
    assert.equal(taken.length, 15);
    assert.equal(new Set(taken).size, 15, `slices in turns ${taken.join(', ')}`);
  });
});
