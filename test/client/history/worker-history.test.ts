import assert from 'node:assert/strict';
import { memoryOf, WorkerHistory } from '../../../client/history/worker-history.ts';
import { failedSnapshot, snapshot } from '../../support/snapshot.ts';

describe('the history of a worker', () => {
  const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString();

  it('keeps each state once, with the cause of a failure', () => {
    const history = new WorkerHistory();
    for (const worker of [
      snapshot({ state: 'starting', since: at(0) }),
      snapshot({ since: at(1) }),
      snapshot({ since: at(1), health: 'degraded' }),
      failedSnapshot('It exited.', { since: at(2) }),
    ]) {
      history.add(worker);
    }
    assert.deepEqual(
      history.transitions.map(({ state, cause }) => [state, cause]),
      [
        ['starting', null],
        ['running', null],
        ['failed', 'It exited.'],
      ],
    );
  });

  it('knows how long the newest start took', () => {
    const history = new WorkerHistory();
    assert.equal(history.startMs(), undefined);
    history.add(snapshot({ state: 'starting', since: at(0) }));
    history.add(snapshot({ since: at(3) }));
    assert.equal(history.startMs(), 3_000);
  });

  it('counts for a module the memory that is its own', () => {
    const resources = { cpu_percent: 1, rss_bytes: 5e7, heap_bytes: 2e6 };
    assert.equal(memoryOf(snapshot({ resources })), 2e6);
    assert.equal(memoryOf(snapshot({ resources, type: 'process' })), 5e7);
    assert.equal(memoryOf(snapshot({ resources: null })), null);
  });
});
