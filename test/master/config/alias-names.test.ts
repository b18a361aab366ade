import assert from 'node:assert/strict';
import { aliasNames } from '../../../master/config/syntax/cut-items.ts';

describe('the names that aliases of a text may have', () => {
  for (const { text, names } of [
    { text: 'a: *base', names: ['base'] },
    { text: '*base', names: ['base'] },
    { text: 'a: [*one, {"b":*two}]\nc: *one\r\n', names: ['one', 'two'] },
    { text: 'a: *one:*two', names: ['one:*two', 'two'] },
    { text: 'a: "*"\nb: * c\nd: 2*x', names: ['"'] },
    { text: `a: *${'n'.repeat(1000)}`, names: ['n'.repeat(1000)] },
  ]) {
    it(`are ${names.map((name) => name.slice(0, 10)).join(' and ')} in ${JSON.stringify(text.slice(0, 40))}`, () => {
      assert.deepEqual(aliasNames(text), names);
    });
  }

  it('are few where very many seem to begin in one word', () => {
    const names = aliasNames(`a: ${':*'.repeat(500_000)}`);
    assert.ok(names.slice(1).every((name) => name.length <= 200));
    assert.ok(names.length <= 201, `${names.length} names`);
  });
});
