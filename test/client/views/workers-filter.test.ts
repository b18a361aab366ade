import assert from 'node:assert/strict';
import { matchesFilter } from '../../../client/views/workers-filter.ts';
import { failedSnapshot, snapshot } from '../../support/snapshot.ts';

describe('the filter of the Workers view', () => {
  const worker = snapshot({
    id: 'data-processor-1',
    package: 'data-processor',
    group: 'Pipeline',
    name: 'Reports',
    description: 'Renders pages',
    tags: ['nightly'],
  });
  const cases: readonly (readonly [string, boolean])[] = [
    ['', true],
    ['  ', true],
    ['processor-1', true],
    ['PIPELINE', true],
    ['reports pages NIGHTLY', true],
    ['module running', true],
    ['running module', true],
    ['8081', true],
    ['module failed', false],
    ['process ', true],
    ['thread', false],
  ];
  for (const [filter, expected] of cases) {
    it(`${expected ? 'lets a worker through' : 'holds it back'} for ${JSON.stringify(filter)}`, () => {
      assert.equal(matchesFilter(worker, filter), expected);
    });
  }

  it('finds what failed', () => assert.ok(matchesFilter(failedSnapshot('It exited.'), 'failed')));
});
