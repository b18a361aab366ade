import assert from 'node:assert/strict';
import { byFile, targetsOf } from '../../../client/commands/command-target.ts';

describe('the workers a command is called for', () => {
  const a = { file: '/w/workers.yaml', id: 'a', row: {} };
  const b = { file: '/w/workers.yaml', id: 'b', row: {} };
  const toFile = (uri: unknown) => (typeof uri === 'string' ? uri.replace('file://', '') : undefined);
  const ids = (...parameters: unknown[]) => targetsOf(parameters, toFile)?.map(({ file, id }) => `${file}#${id}`);

  it('are the row', () => assert.deepEqual(ids(a), ['/w/workers.yaml#a']));
  it('are the selection the row belongs to', () =>
    assert.deepEqual(ids(a, [a, b]), ['/w/workers.yaml#a', '/w/workers.yaml#b']));
  it('are those of the selection only, without rows of files', () =>
    assert.deepEqual(ids(a, [a, { kind: 'file', file: '/w/workers.yaml' }]), ['/w/workers.yaml#a']));
  it('are named by URI and id', () => assert.deepEqual(ids('file:///w/workers.yaml', 'a'), ['/w/workers.yaml#a']));
  it('are asked for when none is named', () => {
    assert.equal(ids(), undefined);
    assert.equal(ids(undefined, undefined), undefined);
  });
  it('go to the master of their file', () =>
    assert.deepEqual(
      [...byFile([a, { file: '/v', id: 'c' }, b])],
      [
        ['/w/workers.yaml', ['a', 'b']],
        ['/v', ['c']],
      ],
    ));
});
