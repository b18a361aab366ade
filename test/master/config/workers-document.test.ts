import assert from 'node:assert/strict';
import { WorkersDocument } from '../../../master/config/workers-document.ts';
import { memoryWorld } from '../../support/memory-world.ts';
import { randomEdit, randomNumbers, sampleWorkers } from '../../support/random-edits.ts';

const world = memoryWorld({
  '/work/package.yaml': {
    text: 'name: tools\nversion: 1.2.3\nsupported_types: [process]\nprocess: {executable_path: t}\n',
  },
});
/** By hand: EDITS=100000 npx mocha dist/test/master/config/workers-document.test.js */
const edits = Number(process.env['EDITS'] ?? 20_000);
/** Seeds that once found a difference. */
const keptSeeds: readonly number[] = [81, 126, 150, 168];

/** Everything a document means. */
function meaning(document: WorkersDocument): unknown {
  return {
    text: document.text,
    lines: document.lineCount,
    problems: document.problems,
    items: Array.from({ length: document.size }, (_, index) => ({
      start: document.startOf(index),
      end: document.endOf(index),
      text: document.textOf(index),
      reading: document.readingOf(index),
    })),
  };
}

function fuzz(seed: number, steps: number): void {
  const random = randomNumbers(seed);
  let document = WorkersDocument.open(sampleWorkers[seed % sampleWorkers.length] ?? '', world);
  for (let step = 0; step < steps; step++) {
    const edit = randomEdit(document.text, random);
    const expected = document.text.slice(0, edit.start) + edit.newText + document.text.slice(edit.end);
    document = document.edit([edit]);
    const fresh = WorkersDocument.open(expected, world);
    // Comparing as text first: it is fast, and nearly always enough.
    if (JSON.stringify(meaning(document)) === JSON.stringify(meaning(fresh))) continue;
    assert.deepEqual(meaning(document), meaning(fresh), `seed ${seed}, step ${step}, ${JSON.stringify(edit)}`);
  }
}

describe('WorkersDocument', () => {
  it('means after every edit what a fresh reading means', function () {
    this.timeout(600_000);
    const steps = 40;
    for (const seed of keptSeeds) fuzz(seed, steps);
    for (let seed = 0; seed < edits / steps; seed++) fuzz(seed, steps);
  });

  it('follows aliases to anchors before the list', () => {
    const text = 'x-base: &base\n  type: process\n  package: tools\nworkers:\n  - <<: *base\n    id: m\n';
    const document = WorkersDocument.open(text, world);
    assert.deepEqual(
      document.problems.filter(({ code }) => code !== 'HSU402'),
      [],
    );
    assert.equal(document.readingOf(0)?.packageName, 'tools');
  });

  it('keeps the findings of the other workers when one is damaged', function () {
    this.timeout(120_000);
    const random = randomNumbers(3);
    // No two ids are one character apart.
    const ids = ['alpha', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot'];
    const text = Array.from(
      { length: 6 },
      (_, index) =>
        `  - id: ${ids[index] ?? ''}\n    type: process\n    execution:\n      executable_path: "./run-${index}"\n      args: [a, "b"]\n    start_timeout: 30\n`,
    ).join('');
    const base = WorkersDocument.open(`workers:\n${text}`, world);
    const victim = 2;
    const others = (document: WorkersDocument) =>
      document.problems
        .filter(({ workerId }) => workerId !== undefined && workerId !== ids[victim] && ids.includes(workerId))
        .map(({ code, workerId }) => `${workerId ?? ''} ${code}`);
    let kept = 0;
    const rounds = 1000;
    for (let round = 0; round < rounds; round++) {
      const at = base.startOf(victim) + 3 + Math.floor(random() * (base.textOf(victim).length - 4));
      const newText = String.fromCharCode(33 + Math.floor(random() * 94));
      const damaged = base.edit([{ start: at, end: at + 1, newText }]);
      if (others(damaged).join() === others(base).join()) kept++;
    }
    assert.ok(kept / rounds >= 0.999, `${kept} of ${rounds}`);
  });
});
