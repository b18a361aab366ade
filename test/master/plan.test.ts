import assert from 'node:assert/strict';
import type { WorkersFile } from '../../master/config/deployment.ts';
import type { Problem } from '../../master/config/problem.ts';
import { refusals } from '../../master/plan.ts';

type Entry = WorkersFile['workers'][number];

const refused = (id: string): Entry => ({ id, start: 0, end: 0, idStart: 0, idEnd: 0 });
const problem = (workerId: string, message: string, severity: Problem['severity'] = 'error'): Problem => {
  return { code: 'HSU101', severity, message, start: 0, end: 0, related: [], fixes: [], workerId };
};

describe('the workers of a file that cannot be run', () => {
  it('are refused by their first error, each id once', () => {
    const problems = [
      problem('b', 'A hint.', 'hint'),
      problem('b', 'First.'),
      problem('a', 'A.'),
      problem('b', 'Second.'),
    ];
    const file: WorkersFile = {
      workers: [refused('a'), refused('b'), refused('b'), refused('c')],
      problems,
      settings: {},
    };
    assert.deepEqual(refusals(file), [
      { id: 'a', message: 'a is refused: A. (HSU101)' },
      { id: 'b', message: 'b is refused: First. (HSU101)' },
      { id: 'c', message: 'c is refused: its configuration has errors' },
    ]);
  });

  it('are looked up without going through all problems for each', () => {
    const count = 2_000;
    let looks = 0;
    const problems = [...Array(count).keys()].map((at) => ({
      ...problem('', 'P.'),
      get workerId() {
        looks++;
        return `w${at}`;
      },
    }));
    const file: WorkersFile = {
      workers: [...Array(count).keys()].map((at) => refused(`w${at}`)),
      problems,
      settings: {},
    };
    assert.equal(refusals(file).length, count);
    assert.ok(looks <= 3 * count, `${looks} looks at ${count} problems`);
  });
});
