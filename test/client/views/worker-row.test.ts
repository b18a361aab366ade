import assert from 'node:assert/strict';
import { describeState, describeWorker } from '../../../master/lifecycle/describe-worker.ts';
import type { WorkerSnapshot } from '../../../master/lifecycle/worker-snapshot.ts';
import { workerStates } from '../../../master/lifecycle/worker-state.ts';
import { sameRow, workerRow } from '../../../client/views/worker-row.ts';
import { failedSnapshot, snapshot } from '../../support/snapshot.ts';

describe('the row of a worker', () => {
  const cases: readonly (readonly [string, WorkerSnapshot, { icon: string; description: string; flags: string }])[] = [
    [
      'running module',
      snapshot(),
      {
        icon: 'pass',
        description: 'running · :8081 · module (shared)',
        flags: 'worker:module:canStop:canRestart:canDebug:canProfile:canOpen:canSwitch:canSwap',
      },
    ],
    [
      'running process',
      snapshot({ type: 'process', isolation: 'process', endpoints: [] }),
      {
        icon: 'pass',
        description: 'running · process',
        flags: 'worker:process:canStop:canRestart:canDebug:canProfile:canSwitch:canSwap',
      },
    ],
    [
      'process whose output waits',
      snapshot({ type: 'process', isolation: 'process', endpoints: [], held: true }),
      {
        icon: 'debug-pause',
        description: 'running (held: its output waits) · process',
        flags: 'worker:process:canStop:canRestart:canSwitch:canSwap',
      },
    ],
    [
      'stopped worker',
      snapshot({ state: 'stopped' }),
      {
        icon: 'circle-outline',
        description: 'stopped · module (shared)',
        flags: 'worker:module:canStart:canDebug:canSwitch',
      },
    ],
    [
      'disabled worker',
      snapshot({ state: 'initialized', enabled: false }),
      {
        icon: 'circle-slash',
        description: 'initialized · module (shared) · disabled',
        flags: 'worker:module:canStart:canDebug:canSwitch',
      },
    ],
    [
      'starting worker',
      snapshot({ state: 'starting' }),
      {
        icon: 'loading~spin',
        description: 'starting · module (shared)',
        flags: 'worker:module:canStop:canRestart:canSwitch',
      },
    ],
    [
      'unhealthy worker',
      snapshot({ health: 'unhealthy' }),
      {
        icon: 'warning',
        description: 'running (unhealthy) · :8081 · module (shared)',
        flags: 'worker:module:canStop:canRestart:canDebug:canProfile:canOpen:canSwitch:canSwap',
      },
    ],
    [
      'failed worker that waits out its back-off',
      failedSnapshot('data-processor exited with code 3.', { retry_at: '2026-01-01T12:00:08.000Z' }),
      {
        icon: 'error',
        description: 'failed · data-processor exited with code 3. · module (shared)',
        flags: 'worker:module:canStart:canStop:canRestart:canDebug:canSwitch:hasFailure',
      },
    ],
    [
      'changed worker',
      snapshot({ restart_needed: ['type'] }),
      {
        icon: 'pass',
        description: 'running · :8081 · restart needed · module (shared)',
        flags: 'worker:module:canStop:canRestart:canDebug:canProfile:canOpen:canSwitch:canSwap',
      },
    ],
  ];
  for (const [name, worker, expected] of cases) {
    it(`shows a ${name}`, () => {
      const row = workerRow(worker);
      assert.deepEqual({ icon: row.icon.icon, description: row.description, flags: row.contextValue }, expected);
    });
  }

  it('is read aloud as the sentence of the command line, in every state', () => {
    const failed = failedSnapshot('x', { retry_at: '2026-01-01T12:00:08.000Z' });
    const inState = workerStates.map((state) => snapshot({ state }));
    const known = cases.map(([, worker]) => worker);
    for (const worker of [failed, ...inState, ...known]) {
      const { accessibleLabel, description } = workerRow(worker);
      assert.equal(accessibleLabel, describeWorker(worker));
      assert.ok(accessibleLabel.includes(describeState(worker)), description);
    }
  });

  it('stays the same when only fast facts change', () => {
    const resources = (cpu_percent: number) => ({ cpu_percent, rss_bytes: 1e7 * cpu_percent, heap_bytes: null });
    assert.ok(
      sameRow(workerRow(snapshot({ resources: resources(1) })), workerRow(snapshot({ resources: resources(2) }))),
    );
    assert.ok(!sameRow(workerRow(snapshot()), workerRow(snapshot({ state: 'stopping' }))));
  });
});
