import assert from 'node:assert/strict';
import { inertJson, neutralise, neutraliseText } from '../../../master/logs/neutralise.ts';

describe('neutralise', () => {
  const cases: readonly (readonly [what: string, text: string, want: string])[] = [
    ['plain text, tabs and letters of any script', 'a\tgrüße 你好 👍🏽', 'a\tgrüße 你好 👍🏽'],
    ['colours', '\x1b[1;31mred\x1b[0m', 'red'],
    ['cursor movement and clearing', 'a\x1b[2J\x1b[Hb\x1b[?25lc', 'abc'],
    ['a title, ended by BEL or ST', '\x1b]0;title\x07a\x1b]0;title\x1b\\b', 'ab'],
    ['the clipboard', '\x1b]52;c;aGk=\x07x', 'x'],
    ['a link', '\x1b]8;;http://x\x1b\\text\x1b]8;;\x1b\\', 'text'],
    ['a device control string', '\x1bPq#0\x1b\\x', 'x'],
    ['a sequence cut off by the end', 'a\x1b[', 'a'],
    ['a lone escape', 'a\x1b', 'a'],
    ['a carriage return that would overwrite', 'secret\rshown', 'secret␍shown'],
    ['backspaces, nulls and delete', 'a\bb\0\x7f', 'a␈b␀␡'],
    ['an 8-bit control sequence introducer', '\x9b2J', '<U+009B>2J'],
    ['turned text', 'a\u202eb\u2066', 'a<U+202E>b<U+2066>'],
  ];
  for (const [what, text, want] of cases) {
    it(`${what}: ${JSON.stringify(text)} → ${JSON.stringify(want)}`, () => {
      assert.equal(neutralise(text), want);
    });
  }

  it('keeps the lines of a longer text', () => {
    assert.equal(neutraliseText('one\x1b[2J\n\ttwo\r\n'), 'one\n\ttwo␍\n');
  });

  it('JSON has nothing that a terminal obeys, and means the same', () => {
    const value = { text: '\x1b]0;t\x07 \x9b2J \x7f a\u202eb \u2066 grüße 👍🏽', '\x85': [1n] };
    const json = inertJson(value, (_key, each: unknown) => (typeof each === 'bigint' ? Number(each) : each));
    assert.match(json ?? '', /^[\x20-\x7e\xa0-\u2029\u202f-\u2065\u206a-\uffff]*$/);
    assert.deepEqual(JSON.parse(json ?? ''), { ...value, '\x85': [1] });
    assert.equal(inertJson(undefined), undefined);
  });

  it('keeps colours where asked, and nothing else', () => {
    assert.equal(neutralise('\x1b[31mred\x1b[2K\x1b[0m', { colours: true }), '\x1b[31mred\x1b[0m');
  });
});
