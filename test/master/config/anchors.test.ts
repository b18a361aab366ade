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
    assert.deepEqual([document.frame.column, whole.frame.column], [2, undefined]);
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

  it('leave all others alone while their own worker is edited and they mean the same', () => {
    const document = WorkersDocument.open(within, other);
    const readings = readingsOf(document);
    const others = [false, true, true, true];
    for (const [old, newText] of [
      ['id: a', 'id: a # edited'],
      ['&time 5s', '&time   5s # the same'],
      ['&run {', '&also { executable_path: bin/run }\n    metadata: &run {'],
      ['- id: a', '- &whole\n    id: a'],
    ] as const) {
      const next = edited(document, old, newText, other);
      assert.deepEqual(kept(next, readings), others, newText);
    }
    const first = WorkersDocument.open(within.replaceAll(/[&*]\w+/g, '5s'), other);
    assert.deepEqual(kept(edited(first, 'id: a', 'id: &first a', other), readingsOf(first)), others);
  });

  it('are followed through workers whose anchors hold them', () => {
    const chain =
      'workers:\n  - id: a\n    start_timeout: &one 5s\n  - id: b\n    restart: &two { max_backoff: *one }\n' +
      '  - id: c\n    restart: *two\n  - id: d\n    start_timeout: &one 6s\n  - id: e\n    start_timeout: *one\n';
    const document = WorkersDocument.open(chain, other);
    const changed = edited(document, '&one 5s', '&one 7s', other);
    assert.deepEqual(kept(changed, readingsOf(document)), [false, false, false, true, true]);
  });

  it('may be in every one of very many', () => {
    const many = Array.from(
      { length: 1000 },
      (_, index) =>
        `  - id: w${index}\n    start_timeout: &t${index} ${index}s\n    graceful_timeout: *t${index >> 1}\n`,
    );
    const document = WorkersDocument.open(`workers:\n${many.join('')}`, other);
    const readings = readingsOf(document);
    const changed = (next: WorkersDocument) => kept(next, readings).flatMap((same, index) => (same ? [] : [index]));
    assert.deepEqual(changed(edited(document, 'id: w500', 'id: v500', other)), [500]);
    assert.deepEqual(changed(edited(document, '&t400 400s', '&t400 40s', other)), [400, 800, 801]);
  });

  it('are read one worker in each step, which edits and new answers of the world leave as far as it went', () => {
    const worker = (index: number) =>
      `  - id: w${index}\n    type: process\n    execution: { executable_path: bin/run }\n    start_timeout: &t${index} 5s\n` +
      `    graceful_timeout: *t${index >> 1}\n`;
    const many = `workers:\n${Array.from({ length: 300 }, (_, index) => worker(index)).join('')}`;
    let left = 200;
    const opening = WorkersDocument.open(many, other);
    assert.equal(
      opening.openSome(() => --left === 0),
      false,
    );
    assert.equal(opening.size, 300);
    assert.equal(opening.textOf(150), worker(150));

    // What was read is the same in the documents that follow, but for what they read anew.
    const readings = (document: WorkersDocument) => readingsOf(document).slice(0, 200);
    const start = many.indexOf('&t100 5s');
    const next = opening.edit([{ start, end: start + 8, newText: '&t100 6s' }]);
    const refreshed = opening.refresh(new Set(['executable:/work/bin/other']));
    const before = readings(opening);
    assert.deepEqual(
      readings(next).flatMap((reading, index) => (reading === before[index] ? [] : [index])),
      [100],
    );
    assert.ok(readings(refreshed).every((reading, index) => reading === before[index]));
    for (const one of [opening, next, refreshed]) {
      const fresh = WorkersDocument.open(one.text, other);
      assert.deepEqual([one.problems, readingsOf(one)], [fresh.problems, readingsOf(fresh)]);
    }
    assert.deepEqual(opening.positionAt(start), next.positionAt(start));
  });

  it('are read again in steps where very many workers that hold some use another one', () => {
    const uses = Array.from(
      { length: 300 },
      (_, index) => `  - id: w${index}\n    x: &x${index} 1\n    restart: *first\n`,
    );
    const document = WorkersDocument.open(`workers:\n  - id: a\n    restart: &first always\n${uses.join('')}`, other);
    assert.ok(document.problems.length > 0);
    const at = document.text.indexOf('always');
    const next = document.edit([{ start: at, end: at + 6, newText: 'never' }]);
    assert.equal(
      next.openSome(() => true),
      false,
    );
    const fresh = WorkersDocument.open(next.text, other);
    assert.deepEqual([next.problems, readingsOf(next)], [fresh.problems, readingsOf(fresh)]);
  });

  it('are read together where they stand for far more than anybody writes', () => {
    const doubled = Array.from({ length: 18 }, (_, index) => `  - &x${index} [*x${index - 1}, *x${index - 1}]\n`);
    const text = `workers:\n  - &x-1 [a]\n${doubled.slice(0, 14).join('')}`;
    const document = WorkersDocument.open(text, other);
    assert.equal(document.frame.column, 2);
    const grown = document.edit([{ start: text.length, end: text.length, newText: doubled.slice(14).join('') }]);
    assert.equal(grown.frame.column, undefined);
    assert.deepEqual(grown.problems, WorkersDocument.open(grown.text, other).problems);
  });

  it('are known to a worker that is edited after they were', () => {
    const document = WorkersDocument.open(within, other);
    const changed = edited(document, 'start_timeout: &time 5s', 'start_timeout: &times 5s', other);
    edited(changed, 'id: b', 'start_timeout: *times\n    id: b', other);
  });
});
