import assert from 'node:assert/strict';
import { describeFileRow } from '../../../client/views/file-row.ts';
import { RowTally } from '../../../client/views/row-tally.ts';
import type { WorkerSnapshot } from '../../../master/lifecycle/worker-snapshot.ts';
import { failedSnapshot, snapshot } from '../../support/snapshot.ts';

describe('the row of a workers file', () => {
  const connected = { kind: 'connected' } as const;

  it('shows the worst state and the counts', () => {
    const workers = [snapshot(), snapshot({ state: 'stopped' }), failedSnapshot('x')];
    const { icon, description } = describeFileRow('workers.yaml', connected, new RowTally(workers));
    assert.deepEqual([icon.icon, description], ['error', '1/3 running, 1 failed']);
  });

  it('is green only when every worker is up', () => {
    const icon = (...workers: readonly WorkerSnapshot[]) =>
      describeFileRow('workers.yaml', connected, new RowTally(workers)).icon.icon;
    assert.equal(icon(snapshot(), snapshot()), 'pass');
    assert.equal(icon(snapshot(), snapshot({ state: 'stopped' })), 'circle-outline');
    assert.equal(icon(snapshot(), snapshot({ health: 'degraded' })), 'warning');
    assert.equal(icon(), 'circle-outline');
  });

  it('says why there is no master', () => {
    const row = describeFileRow('workers.yaml', { kind: 'given-up', reason: 'No room.' }, new RowTally());
    assert.deepEqual([row.description, row.problem], ['no master: No room.', 'No room.']);
  });
});
