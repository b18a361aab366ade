import assert from 'node:assert/strict';
import { WorkersDocument } from '../../../master/config/workers-document.ts';
import { memoryWorld } from '../../support/memory-world.ts';

const world = memoryWorld({ '/work/bin/run': { executable: true } });
const head =
  'x-base: &base\n  type: process\n  execution: { executable_path: bin/run }\nx-other: &other 5s\nworkers:\n';
const text =
  head +
  ['a', 'b', 'c'].map((id) => `  - <<: *base\n    id: ${id}\n`).join('') +
  '  - id: d\n    type: process\n    execution: { executable_path: bin/run }\n    start_timeout: *other\n';

/** The document, and what it read of each worker. */
function open(): { document: WorkersDocument; readings: readonly unknown[] } {
  const document = WorkersDocument.open(text, world);
  assert.deepEqual(document.problems, []);
  return { document, readings: readingsOf(document) };
}

function readingsOf(document: WorkersDocument): readonly unknown[] {
  return Array.from({ length: document.size }, (_, index) => document.readingOf(index));
}

function kept(document: WorkersDocument, before: readonly unknown[]): readonly boolean[] {
  return readingsOf(document).map((reading, index) => reading === before[index]);
}

function edited(document: WorkersDocument, old: string, newText: string): WorkersDocument {
  const start = document.text.indexOf(old);
  const next = document.edit([{ start, end: start + old.length, newText }]);
  const fresh = WorkersDocument.open(next.text, world);
  assert.deepEqual(next.problems, fresh.problems);
  assert.deepEqual(readingsOf(next), readingsOf(fresh));
  return next;
}

describe('anchors above the workers', () => {
  it('are known to each worker, which is read alone', () => {
    const { document, readings } = open();
    const next = edited(document, 'id: b', 'id: b2');
    assert.deepEqual(kept(next, readings), [true, false, true, true]);
    assert.deepEqual(kept(edited(next, 'id: c', '<<: *nobody\n    id: c'), readings), [true, false, false, true]);
  });

  it('are what only workers that use them are read again for', () => {
    const { document, readings } = open();
    const changed = edited(document, '5s', '5 s');
    assert.deepEqual(kept(changed, readings), [true, true, true, false]);
    assert.deepEqual(
      changed.problems.map(({ code }) => code),
      ['HSU501'],
    );
    assert.deepEqual(kept(edited(document, 'type: process', 'type: module'), readings), [false, false, false, true]);
    assert.deepEqual(kept(edited(document, '&base', '&bass'), readings), [false, false, false, true]);
    assert.deepEqual(kept(edited(document, 'x-base', '# more lines\nx-base'), readings), [true, true, true, true]);
  });

  it('and those within workers mean together what they mean in YAML', () => {
    const { document } = open();
    const within = edited(document, 'id: a', 'id: a\n    start_timeout: &other 7s');
    assert.equal(within.toFile().workers.length, 4);
    const back = edited(within, '&other 7s', '7s');
    assert.deepEqual(back.problems, []);
    edited(back, 'id: d', 'id: *later\n  - id: e\n    group: &later x');
  });

  it('are read together where they stand for more than anybody writes', () => {
    const laughs = ['x0: &x0 [a, a, a, a, a, a, a, a, a, a]'];
    for (let level = 1; level < 9; level++) laughs.push(`x${level}: &x${level} [${`*x${level - 1},`.repeat(10)}]`);
    const document = WorkersDocument.open(`${laughs.join('\n')}\nworkers:\n  - *x8\n  - *x8\n`, world);
    assert.equal(document.frame.column, undefined);
  });
});
