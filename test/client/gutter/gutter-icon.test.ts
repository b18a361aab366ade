import assert from 'node:assert/strict';
import { gutterIcon } from '../../../client/gutter/gutter-icon.ts';
import { gutterState, gutterStates } from '../../../client/gutter/gutter-state.ts';
import { workerStates } from '../../../master/lifecycle/worker-state.ts';

describe('the gutter icon of a worker', () => {
  it('exists for every state', () => {
    for (const state of workerStates)
      assert.ok(gutterStates.includes(gutterState({ state, health: 'unknown' })), state);
    assert.equal(gutterState({ state: 'running', health: 'unhealthy' }), 'warning');
  });

  it('differs in shape, not only in colour', () => {
    const shapes = gutterStates.map((state) => picture(gutterIcon(state, 'dark')).replace(/stroke="#\w+"/, ''));
    assert.equal(new Set(shapes).size, gutterStates.length);
  });
});

function picture(uri: string): string {
  return Buffer.from(uri.replace(/^[^,]*,/, ''), 'base64').toString();
}
