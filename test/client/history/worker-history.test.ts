import assert from 'node:assert/strict';
import { WorkerHistory } from '../../../client/history/worker-history.ts';
import { failedSnapshot, snapshot } from '../../support/snapshot.ts';

describe('the history of a worker', () => {
  const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString();
  const cpu = (cpu_percent: number) => snapshot({ resources: { cpu_percent, rss_bytes: 5e7, heap_bytes: 2e6 } });

  it('keeps each state once, with the cause of a failure', () => {
    const history = new WorkerHistory();
    for (const worker of [
      snapshot({ state: 'starting', since: at(0) }),
      snapshot({ since: at(1) }),
      snapshot({ since: at(1), health: 'degraded' }),
      failedSnapshot('It exited.', { since: at(2) }),
    ]) {
      history.add(worker, 0);
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
    history.add(snapshot({ state: 'starting', since: at(0) }), 0);
    history.add(snapshot({ since: at(3) }), 0);
    assert.equal(history.startMs(), 3_000);
  });

  it('forgets samples older than ten minutes', () => {
    const history = new WorkerHistory();
    for (const minute of [0, 5, 11]) history.add(cpu(minute), minute * 60_000);
    assert.deepEqual(
      history.samples.map(({ cpuPercent }) => cpuPercent),
      [5, 11],
    );
  });

  it('counts for a module the memory that is its own', () => {
    const history = new WorkerHistory();
    history.add(cpu(1), 0);
    assert.equal(history.samples[0]?.memoryBytes, 2e6);
  });
});
