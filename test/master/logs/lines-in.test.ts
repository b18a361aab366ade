import assert from 'node:assert/strict';
import fc from 'fast-check';
import { linesIn, longestLineBytes } from '../../../master/logs/lines-in.ts';

function read(bytes: Buffer, isFinal: boolean): { lines: string[]; used: number } {
  const lines: string[] = [];
  const used = linesIn(bytes, isFinal, (start, end) => lines.push(bytes.toString('utf8', start, end)));
  return { lines, used };
}

describe('linesIn', () => {
  const cases: readonly (readonly [text: string, isFinal: boolean, lines: readonly string[], used: number])[] = [
    ['', false, [], 0],
    ['a\nb\n', false, ['a', 'b'], 4],
    ['a\nb', false, ['a'], 2],
    ['a\nb', true, ['a', 'b'], 3],
    ['a\r\nb\r\n', false, ['a', 'b'], 6],
    ['\n\n', false, ['', ''], 2],
    ['grüße\n', false, ['grüße'], 8],
    ['\r\n', true, [''], 2],
  ];
  for (const [text, isFinal, lines, used] of cases) {
    it(`${JSON.stringify(text)}, ${isFinal ? 'over' : 'going on'}: ${JSON.stringify(lines)}`, () => {
      assert.deepEqual(read(Buffer.from(text), isFinal), { lines, used });
    });
  }

  it('cuts a very long line between characters and loses nothing', () => {
    const text = `x${'ü'.repeat(longestLineBytes)}`;
    const { lines } = read(Buffer.from(`${text}\nnext\n`), false);
    assert.equal(lines.slice(0, -1).join(''), text);
    assert.equal(lines.at(-1), 'next');
    assert.ok(lines.every((line) => Buffer.byteLength(line) <= longestLineBytes && !line.includes('\ufffd')));
  });

  it('gives the same lines however the bytes arrive', () => {
    const pieces = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 30 }),
      fc.constantFrom('\n', '\r\n', 'z'.repeat(40_000), 'ü'.repeat(33_000)),
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), fc.array(fc.nat(70_000), { maxLength: 12 }), (parts, sizes) => {
        const all = Buffer.from(parts.join(''));
        const lines: string[] = [];
        let at = 0;
        let end = 0;
        for (const size of [...sizes, all.length]) {
          end = Math.min(all.length, end + size);
          const part = read(all.subarray(at, end), false);
          lines.push(...part.lines);
          at += part.used;
        }
        lines.push(...read(all.subarray(at), true).lines);
        assert.deepEqual(lines, read(all, true).lines);
      }),
    );
  });
});
