import assert from 'node:assert/strict';
import type { WorkersFile } from '../../../master/config/deployment.ts';
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

function edited(document: WorkersDocument, old: string, newText: string, inWorld = world): WorkersDocument {
  const start = document.text.indexOf(old);
  const next = document.edit([{ start, end: start + old.length, newText }]);
  const fresh = WorkersDocument.open(next.text, inWorld);
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

describe('anchors within workers', () => {
  const within =
    'workers:\n' +
    '  - id: a\n    type: process\n    execution: &run { executable_path: bin/run }\n    start_timeout: &time 5s\n' +
    '  - id: b\n    type: process\n    execution: *run\n' +
    '  - id: c\n    type: process\n    execution: &run { executable_path: bin/other }\n' +
    '  - id: d\n    type: process\n    execution: *run\n    graceful_timeout: *time\n';
  const other = memoryWorld({ '/work/bin/run': { executable: true }, '/work/bin/other': { executable: true } });

  it('mean in each later worker what they mean in YAML', () => {
    const document = WorkersDocument.open(within, other);
    // An alias behind the workers has the file read as a whole.
    const whole = WorkersDocument.open(`${within}x-time: *time\n`, other);
    assert.deepEqual([document.frame.anchored, whole.frame.column], ['followed', undefined]);
    const resolved = ({ workers }: WorkersFile) => workers.map((worker) => worker.resolved);
    assert.deepEqual(resolved(document.toFile()), resolved(whole.toFile()));
    assert.deepEqual(
      resolved(document.toFile()).map((one) => one?.deployment.kind === 'process' && one.deployment.executable),
      ['/work/bin/run', '/work/bin/run', '/work/bin/other', '/work/bin/other'],
    );
  });

  it('leave the other workers alone while one is edited', () => {
    const document = WorkersDocument.open(within, other);
    const readings = readingsOf(document);
    const next = edited(document, 'id: b', 'id: b2', other);
    assert.equal(next.frame, document.frame);
    assert.deepEqual(kept(next, readings), [true, false, true, true]);
    assert.deepEqual(
      kept(edited(next, 'graceful_timeout: *time', 'graceful_timeout: *run', other), readings).slice(0, 3),
      [true, false, true],
    );
  });

  it('are what only the workers behind them that use them are read again for', () => {
    const document = WorkersDocument.open(within, other);
    const readings = readingsOf(document);
    assert.deepEqual(kept(edited(document, '&time 5s', '&time 6s', other), readings), [false, true, true, false]);
    assert.deepEqual(kept(edited(document, '&run { executable_path: bin/run }', '*run', other), readings), [
      false,
      false,
      true,
      true,
    ]);
  });

  it('are known to a worker that is edited after they were', () => {
    const document = WorkersDocument.open(within, other);
    const changed = edited(document, 'start_timeout: &time 5s', 'start_timeout: &times 5s', other);
    edited(changed, 'id: b', 'start_timeout: *times\n    id: b', other);
  });

  it('are read together where there are more than anybody writes', () => {
    const many = Array.from({ length: 101 }, (_, index) => `  - id: &id${index} w${index}\n    type: process\n`);
    assert.equal(WorkersDocument.open(`workers:\n${many.join('')}`, other).frame.anchored, 'unfollowed');
    assert.equal(WorkersDocument.open(`workers:\n${many.join('')}    group: *id0\n`, other).frame.column, undefined);
  });
});
