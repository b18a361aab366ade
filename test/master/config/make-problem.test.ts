import assert from 'node:assert/strict';
import { keepAliases } from '../../../master/config/keep-aliases.ts';
import { lateFix, moveProblem, problem, replace } from '../../../master/config/make-problem.ts';

describe('a remedy that takes a while', () => {
  it('is worked out once, when its edits are asked for, wherever its finding was moved to before', () => {
    let made = 0;
    const at = { start: 4, end: 6 };
    const late = lateFix('Mend it', () => [replace({ start: at.start, end: at.end + made++ }, 'x')], true);
    const found = problem('HSU103', 'Wrong.', at, { fixes: [late] });
    const moved = keepAliases(
      moveProblem(
        moveProblem(found, () => 10),
        () => 5,
      ),
      '*'.repeat(40),
    );
    assert.deepEqual([made, moved.fixes[0]?.title, moved.fixes[0]?.preferred], [0, 'Mend it', true]);
    assert.deepEqual(moved.fixes[0]?.edits, [{ start: 19, end: 21, newText: 'x' }]);
    assert.deepEqual(late.edits, [{ start: 4, end: 6, newText: 'x' }]);
    assert.equal(made, 1);
  });
});
