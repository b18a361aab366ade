import assert from 'node:assert/strict';
import { Timelines, type Standing } from '../../master/timelines.ts';

const at = (since: number, difference: Partial<Standing> = {}): Standing => ({
  ...{ id: 'w', type: 'process', state: 'running', since, cause: null },
  ...difference,
});

describe('the timeline of a worker', () => {
  it('has each state that it came into, with the cause of a failure', () => {
    const timelines = new Timelines();
    timelines.add([at(1000, { state: 'starting' }), at(0, { id: 'other' })]);
    timelines.add([at(2000), at(2000)]);
    timelines.add([at(3000, { state: 'failed', cause: 'w exited with code 1.' })]);
    assert.deepEqual(
      timelines.of('w').map(({ at: when, state, cause }) => [Date.parse(when), state, cause]),
      [
        [1000, 'starting', null],
        [2000, 'running', null],
        [3000, 'failed', 'w exited with code 1.'],
      ],
    );
  });

  it('keeps the newest hundred, however often the worker is restarted', () => {
    const timelines = new Timelines();
    for (let round = 0; round < 500; round += 1) {
      timelines.add([at(round * 10, { state: 'starting' })]);
      timelines.add([at(round * 10 + 5)]);
    }
    const kept = timelines.of('w');
    assert.deepEqual([kept.length, Date.parse(kept.at(-1)?.at ?? '')], [100, 4995]);
  });

  it('tells of a failure that is the same at every look once', () => {
    const timelines = new Timelines();
    for (const since of [1000, 2000]) timelines.add([at(since, { state: 'failed', cause: 'w is refused.' })]);
    timelines.add([at(3000, { state: 'failed', cause: 'w is refused for another reason.' })]);
    assert.equal(timelines.of('w').length, 2);
  });
});
