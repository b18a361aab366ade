import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RowTally } from '../../../client/views/row-tally.ts';
import { snapshot } from '../../support/snapshot.ts';

describe('the summary of a group', () => {
  const worker = fc
    .record({
      state: fc.constantFrom('running' as const, 'starting' as const, 'stopped' as const, 'failed' as const),
      health: fc.constantFrom('healthy' as const, 'degraded' as const),
      held: fc.boolean(),
      debugging: fc.boolean(),
      enabled: fc.boolean(),
    })
    .map((difference) => snapshot(difference));

  it('is after any changes what it would be if it were counted anew', () => {
    const change = fc.record({ at: fc.nat(), to: worker });
    fc.assert(
      fc.property(fc.array(worker, { minLength: 1, maxLength: 8 }), fc.array(change), (workers, changes) => {
        const tally = new RowTally(workers);
        const now = [...workers];
        for (const { at, to } of changes) {
          const index = at % now.length;
          tally.change(now[index] ?? to, to);
          now[index] = to;
        }
        const anew = new RowTally(now);
        assert.deepEqual({ ...tally.counts }, { ...anew.counts });
        assert.deepEqual(tally.icon, anew.icon);
      }),
    );
  });
});
