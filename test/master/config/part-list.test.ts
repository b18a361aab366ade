import assert from 'node:assert/strict';
import { type CutText, PartList, type TextPart, textPart } from '../../../master/config/part-list.ts';
import { randomNumbers } from '../../support/random-edits.ts';

/** The same parts, to be cut out of one text. */
function joined(parts: readonly TextPart[]): CutText<TextPart> {
  let end = 0;
  const starts = parts.map(({ text }) => (end += text.length) - text.length);
  return { text: parts.map(({ text }) => text).join(''), starts, make: textPart };
}

function linesOf(parts: readonly TextPart[]): number {
  return parts.reduce((sum, { lines }) => sum + lines, 0);
}

describe('a list of parts', () => {
  it('is what an array would be after any exchange of parts, whatever blocks it falls into', () => {
    const random = randomNumbers(5);
    const below = (limit: number) => Math.floor(random() * limit);
    const some = (count: number) => Array.from({ length: count }, () => textPart('x\n'.repeat(below(4))));
    let parts = some(1500);
    let list = PartList.of(parts);
    for (let round = 0; round < 60; round++) {
      const start = below(parts.length + 1);
      const end = Math.min(parts.length, start + below(round % 5 === 0 ? 700 : 4));
      const fresh = some(below(round % 6 < 2 ? 1800 : 4));
      const before = list;
      const sizeBefore = parts.length;
      list = round % 3 === 0 ? list.replacedByCut(start, end, joined(fresh)) : list.replaced(start, end, fresh);
      // Looked at or not, they are there.
      if (round % 2 === 0) assert.equal(list.lines, linesOf(parts.toSpliced(start, end - start, ...fresh)));
      const inList = fresh.map((part, index) => list.at(start + index) ?? part);
      assert.deepEqual(inList, fresh);
      parts = parts.toSpliced(start, end - start, ...inList);
      assert.equal(before.size, sizeBefore);
      assert.ok(list.map((part) => part).every((part, index) => part === parts[index]));
      let length = 0;
      const offsets = parts.map(({ text }) => (length += text.length) - text.length);
      assert.equal(list.size, parts.length);
      assert.equal(list.length, length);
      assert.equal(list.lines, length / 2);
      for (let probe = 0; probe < 20; probe++) {
        const index = below(parts.length);
        const offset = offsets[index] ?? 0;
        const part = parts[index];
        assert.equal(list.at(index), part);
        assert.equal(list.startOf(index), offset);
        assert.equal(list.linesBefore(index), offset / 2);
        const last = offsets.findLastIndex((one) => one <= offset);
        assert.equal(list.indexAt(offset), Math.max(0, last));
        assert.equal(list.indexAtLine(offset / 2), Math.max(0, last));
        if (part) assert.equal(list.indexOf(part), index);
      }
    }
  });

  it('has nothing where it is empty', () => {
    const list = PartList.of([textPart('a\n')]).replaced(0, 1, []);
    assert.deepEqual([list.size, list.length, list.lines, list.at(0), list.startOf(0)], [0, 0, 0, undefined, 0]);
    assert.equal(list.replaced(0, 0, [textPart('b\n')]).length, 2);
  });
});
