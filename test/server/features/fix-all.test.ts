import assert from 'node:assert/strict';
import { assert as check, array, nat, property, tuple } from 'fast-check';
import { problem } from '../../../master/config/make-problem.ts';
import type { TextEdit } from '../../../master/config/problem.ts';
import { allFixes } from '../../../server/features/code-actions.ts';

/** Whether two edits touch the same text, or are one. */
function collide(one: TextEdit, other: TextEdit): boolean {
  const apart = one.end <= other.start || other.end <= one.start;
  return !apart || (one.start === other.start && one.end === other.end);
}

describe('the remedy of everything at once', () => {
  const edits = array(tuple(nat(60), nat(6)), { maxLength: 40 });

  it('takes the edits of all fixes, of those that touch the same text the first', () => {
    check(
      property(edits, (places) => {
        const written = places.map(([start, length], index) => ({
          start,
          end: start + length,
          newText: String(index),
        }));
        const problems = written.map((edit) =>
          problem('HSU501', 'A fault.', edit, { fixes: [{ title: 'Mend it', edits: [edit], preferred: true }] }),
        );
        const expected: TextEdit[] = [];
        for (const edit of written) if (!expected.some((one) => collide(one, edit))) expected.push(edit);
        const byText = (a: TextEdit, b: TextEdit) => Number(a.newText) - Number(b.newText);
        const chosen = allFixes(problems);
        assert.deepEqual(chosen.toSorted(byText), expected.toSorted(byText));
        assert.deepEqual(
          chosen.map(({ start }) => start),
          chosen.map(({ start }) => start).toSorted((a, b) => a - b),
        );
      }),
    );
  });
});
