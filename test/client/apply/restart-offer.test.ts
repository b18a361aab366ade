import assert from 'node:assert/strict';
import type { Plan } from '../../../master/protocol.ts';
import { restartOffer } from '../../../client/apply/restart-offer.ts';
import { snapshot } from '../../support/snapshot.ts';

describe('the restart offered after a save', () => {
  const plan = (...restart: Plan['restart']): Plan => ({ added: [], removed: [], restart, unchanged: [], refused: [] });

  it('names what has changed', () => {
    const offer = restartOffer(plan({ id: 'a', because: ['execution.args'] }), [snapshot({ id: 'a' })]);
    assert.deepEqual(offer, {
      ids: ['a'],
      switched: [],
      canSwap: true,
      question: 'a has changed (execution.args) and runs as before. Restart it?',
    });
  });

  it('names several at once', () => {
    const changed = plan({ id: 'a', because: ['type'] }, { id: 'b', because: ['type'] });
    const offer = restartOffer(changed, [snapshot({ id: 'a' }), snapshot({ id: 'b' })]);
    assert.deepEqual(offer, {
      ids: ['a', 'b'],
      switched: ['a', 'b'],
      canSwap: true,
      question: 'a, b have changed and run as before. Restart them?',
    });
  });

  it('offers no swap while one of them is starting or held by a debugger', () => {
    const changed = plan({ id: 'a', because: ['port'] }, { id: 'b', because: ['port'] });
    for (const more of [{ state: 'starting' }, { debugging: true }] as const) {
      const offer = restartOffer(changed, [snapshot({ id: 'a' }), snapshot({ id: 'b', ...more })]);
      assert.deepEqual([offer?.ids, offer?.canSwap], [['a', 'b'], false]);
    }
  });

  it('asks nothing for a worker that does not run', () => {
    assert.equal(
      restartOffer(plan({ id: 'a', because: ['type'] }), [snapshot({ id: 'a', state: 'stopped' })]),
      undefined,
    );
    assert.equal(restartOffer(plan(), [snapshot({ id: 'a' })]), undefined);
  });
});
