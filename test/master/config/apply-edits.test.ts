import assert from 'node:assert/strict';
import { applyEdits, applyFixes } from '../../../master/config/apply-edits.ts';

const edit = (start: number, end: number, newText: string) => ({ start, end, newText });
const fix = (...edits: ReturnType<typeof edit>[]) => ({ title: '', preferred: true, edits });

describe('apply-edits', () => {
  it('makes edits in any order, offsets being those of the text before', () => {
    assert.equal(applyEdits('abcdef', [edit(4, 5, 'X'), edit(0, 1, ''), edit(2, 2, '+')]), 'b+cdXf');
  });

  it('of fixes that touch the same text the first one wins, whole or not at all', () => {
    assert.equal(applyFixes('abcdef', [fix(edit(0, 2, '1')), fix(edit(1, 3, '2'), edit(5, 6, '!'))]), '1cdef');
    assert.equal(applyFixes('abcdef', [fix(edit(2, 2, '+')), fix(edit(2, 2, '+'))]), 'ab+cdef');
    assert.equal(applyFixes('abcdef', [fix(edit(0, 2, '1')), fix(edit(2, 3, '2'))]), '12def');
  });
});
