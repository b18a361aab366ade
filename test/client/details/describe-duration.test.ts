import assert from 'node:assert/strict';
import { describeDetails } from '../../../client/details/describe-details.ts';
import { describeDuration } from '../../../client/details/describe-duration.ts';
import { describeSwitch } from '../../../client/switch/switch-result.ts';
import { snapshot } from '../../support/snapshot.ts';

describe('how long something took', () => {
  const said: readonly (readonly [number, string])[] = [
    [0.4, '0 ms'],
    [820, '820 ms'],
    [999.6, '1 s'],
    [1_000, '1 s'],
    [1_549, '1.5 s'],
    [2_000, '2 s'],
    [9_949, '9.9 s'],
    [9_950, '10 s'],
    [12_400, '12 s'],
    [59_499, '59 s'],
    [59_500, '1 min'],
    [240_000, '4 min'],
    [3_569_000, '59 min'],
    [3_570_000, '1 h'],
    [7_200_000, '2 h'],
  ];
  for (const [ms, words] of said)
    it(`is said of ${ms} ms as ${words}`, () => assert.equal(describeDuration(ms), words));

  it('reads the same in the details and after a switch', () => {
    const worker = snapshot({ id: 'a', ready_in_ms: 1_549 });
    const asked = { samples: [], transitions: [], configuration: [] };
    const { facts } = describeDetails(worker, [worker], asked, 'f', 0);
    assert.equal(facts.find(({ name }) => name === 'Ready after')?.value, '1.5 s');
    const measures = { readyInMs: 1_549, memory: null };
    assert.equal(
      describeSwitch(worker, measures, { ...measures, readyInMs: 2_000 }),
      'a runs as a module: ready in 2 s (as a process 1.5 s).',
    );
  });
});
