import assert from 'node:assert/strict';
import { describeSwitch } from '../../../client/switch/switch-result.ts';
import { snapshot } from '../../support/snapshot.ts';

describe('the result of a switch', () => {
  it('compares start time and memory', () => {
    assert.equal(
      describeSwitch(
        snapshot({ id: 'a' }),
        { startMs: 1_234, memoryBytes: 61_900_000 },
        { startMs: 18, memoryBytes: 2_340_000 },
      ),
      'a runs as a module: ready in 18 ms (as a process 1.2 s), 2.3 MB (as a process 62 MB).',
    );
  });

  it('says only what was measured', () => {
    const unknown = { startMs: undefined, memoryBytes: null };
    assert.equal(describeSwitch(snapshot({ id: 'a', type: 'process' }), unknown, unknown), 'a runs as a process.');
    assert.equal(
      describeSwitch(snapshot({ id: 'a' }), unknown, { startMs: 5, memoryBytes: null }),
      'a runs as a module: ready in 5 ms.',
    );
  });
});
