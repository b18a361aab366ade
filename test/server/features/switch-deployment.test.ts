import assert from 'node:assert/strict';
import { applyEdits } from '../../../master/config/apply-edits.ts';
import { WorkersDocument } from '../../../master/config/workers-document.ts';
import { switchDeployment } from '../../../server/features/switch-deployment.ts';
import { memoryWorld } from '../../support/memory-world.ts';
import { openWorkers } from '../../support/open-document.ts';

const world = memoryWorld({
  '/work/packages/both/package.yaml': {
    text: 'name: both\nversion: 1.0.0\nprocess: { executable_path: run }\nmodule: { module_path: run.mjs, entry_point: create }\n',
  },
  '/work/packages/both/run': { executable: true },
  '/work/packages/both/run.mjs': { exports: ['create'] },
});

const text = `workers:
  - id: a
    type: process
    package: both
  - id: b
    type: process
    package: both
    module: { config: {} }
  - id: c
    type: process
    execution: { executable_path: sleep }
`;

const filled = 'The block "module:" was filled from both 1.0.0 (entry_point).';

describe('switching workers of an open file', () => {
  it('answers the edits of all that can be switched, and why others cannot', () => {
    const { edits, switched, refused } = switchDeployment(openWorkers(text, world), { ids: ['a', 'b', 'c'] });
    assert.deepEqual(switched, [{ id: 'a', filled }, { id: 'b' }]);
    assert.match(refused.join(), /^Worker "c" cannot run as a module: it only has the program sleep/);
    assert.deepEqual(
      edits.map(({ start, newText }) => [start.line, newText]),
      [
        [2, 'module'],
        [3, '\n    module:\n      entry_point: create'],
        [5, 'module'],
      ],
    );
  });

  it('answers one edit of the overlay where there is one, and turns what that says', () => {
    const overlay = '# mine\nworkers:\n  - id: b\n    type: module\n';
    const params = { ids: ['a', 'b'], overlay };
    const { edits, switched } = switchDeployment(openWorkers(text, world), params);
    assert.deepEqual(switched, [{ id: 'a', filled }, { id: 'b' }]);
    assert.equal(edits.length, 1);
    const places = WorkersDocument.open(overlay, world);
    const offsets = edits.map(({ start, end, newText }) => ({
      start: places.offsetAt(start),
      end: places.offsetAt(end),
      newText,
    }));
    assert.equal(
      applyEdits(overlay, offsets),
      '# mine\nworkers:\n  - id: b\n    type: process\n  - id: a\n    type: module\n    module:\n      entry_point: create\n',
    );
  });

  it('answers a whole overlay where there is none yet', () => {
    const { edits } = switchDeployment(openWorkers(text, world), { ids: ['b', 'a'], to: 'module', overlay: '' });
    assert.deepEqual(
      edits.map(({ newText }) => newText),
      ['workers:\n  - id: b\n    type: module\n  - id: a\n    type: module\n    module:\n      entry_point: create\n'],
    );
  });
});
