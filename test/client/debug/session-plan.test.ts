import assert from 'node:assert/strict';
import { planAfterDetach, runOf } from '../../../client/debug/session-plan.ts';
import { failedSnapshot, snapshot } from '../../support/snapshot.ts';

describe('a debug session that was cut off its worker', () => {
  const run = runOf(snapshot());
  const plan = (...worker: Parameters<typeof snapshot>) => planAfterDetach(snapshot(...worker), run);

  it('attaches to the next run', () => assert.equal(plan({ restarts: 1 }), 'attach'));
  it('attaches after the master was started anew', () => assert.equal(plan({ host_pid: 1 }), 'attach'));
  it('waits while the worker is on its way', () => {
    assert.equal(plan({ state: 'stopping' }), 'wait');
    assert.equal(plan({ state: 'starting', restarts: 1 }), 'wait');
    assert.equal(planAfterDetach(failedSnapshot('x', { retry_at: '2026-01-01T12:00:00Z' }), run), 'wait');
  });
  it('waits for news of a run it was just cut off', () => assert.equal(plan({ debugging: true }), 'wait'));
  it('lets go of a worker that is stopped for good, gone, or detached by somebody else', () => {
    assert.equal(plan({ state: 'stopped' }), 'release');
    assert.equal(planAfterDetach(failedSnapshot('x'), run), 'release');
    assert.equal(planAfterDetach(undefined, run), 'release');
    assert.equal(plan({ debugging: false }), 'release');
  });
});
