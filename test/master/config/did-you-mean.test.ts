import assert from 'node:assert/strict';
import { didYouMean } from '../../../master/config/did-you-mean.ts';

describe('didYouMean', () => {
  it('puts the closest first and leaves out what is too far away', () => {
    assert.deepEqual(didYouMean('modul', ['models', 'module', 'process']), ['module', 'models']);
  });

  it('ranks equally close candidates the same in whatever order they come', () => {
    for (const candidates of [
      ['a', 'b', 'c', 'd'],
      ['d', 'c', 'b', 'a'],
      ['c', 'a', 'd', 'b'],
    ]) {
      assert.deepEqual(didYouMean('x', candidates), ['a', 'b', 'c']);
    }
  });
});
