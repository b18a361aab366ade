import assert from 'node:assert/strict';
import {
  isAtRest,
  next,
  workerEvents,
  workerStates,
  type WorkerEvent,
  type WorkerState,
} from '../../../master/lifecycle/worker-state.ts';

/**
 * Every cell, written out a second time: `-` ignored, `!` refused, else the state moved to.
 */
const expected = `
                initialize    prepared     start     ready    stop      exited   ended    fault   retry     give-up
uninitialized   initializing  -            !         -        -         -        -        -       !         !
initializing    -             initialized  !         -        !         -        -        failed  !         !
initialized     initializing  -            starting  -        -         -        -        -       !         !
starting        !             -            -         running  stopping  stopped  -        failed  -         !
running         !             -            -         -        stopping  stopped  -        failed  -         !
stopping        !             -            !         -        -         -        stopped  failed     !         -
stopped         initializing  -            starting  -        -         -        -        -       !         -
failed          initializing  -            starting  -        stopped   -        -        -       starting  stopped
`;

describe('worker-state', () => {
  const [header = [], ...rows] = expected
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));

  it('the table below has a row for each state and a column for each event', () => {
    assert.deepEqual([...header].sort(), [...workerEvents].sort());
    assert.deepEqual(rows.map(([state]) => state).sort(), [...workerStates].sort());
  });

  for (const [state, ...cells] of rows) {
    cells.forEach((cell, column) => {
      it(`${state} × ${header[column]} → ${cell}`, () => {
        const decision = next(state as WorkerState, header[column] as WorkerEvent);
        const shown = typeof decision === 'object' ? '!' : decision === 'ignored' ? '-' : decision;
        assert.equal(shown, cell);
      });
    });
  }

  it('a state is left for good by no event: from each a worker can come to rest', () => {
    for (const state of workerStates) {
      const reached = new Set<WorkerState>([state]);
      for (const from of reached) {
        for (const event of workerEvents) {
          const to = next(from, event);
          if (typeof to === 'string' && to !== 'ignored') reached.add(to);
        }
      }
      assert.ok([...reached].some(isAtRest), `${state} never comes to rest`);
    }
  });
});
