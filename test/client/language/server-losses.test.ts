import assert from 'node:assert/strict';
import { ServerLosses } from '../../../client/language/server-losses.ts';

describe('a language server that dies', () => {
  let now = 0;
  let losses: ServerLosses;

  beforeEach(() => {
    now = 1_000;
    losses = new ServerLosses(() => now);
    losses.started();
  });

  const loseAfter = (ms: number) => {
    now += ms;
    const { restartAfterMs } = losses.lost();
    losses.started();
    return restartAfterMs;
  };

  it('is restarted later each time, then given up', () => {
    assert.deepEqual([10, 10, 10, 10, 10, 10].map(loseAfter), [0, 250, 1_000, 3_000, 10_000, undefined]);
  });

  it('begins anew once it ran for a while, or the user tries again', () => {
    assert.deepEqual([10, 10, 60_001, 10].map(loseAfter), [0, 250, 0, 250]);
    losses.forget();
    assert.equal(loseAfter(10), 0);
  });

  it('that never ran counts on', () => {
    assert.equal(losses.lost().restartAfterMs, 0);
    now += 100_000;
    assert.equal(losses.lost().restartAfterMs, 250);
  });

  it('is told of once, also when it died again much later', () => {
    assert.deepEqual(
      [1, 2, 3].map(() => {
        now += 100_000;
        losses.started();
        return losses.lost().isNews;
      }),
      [true, false, false],
    );
  });
});
