import assert from 'node:assert/strict';
import type { TextEdit } from '../../master/config/problem.ts';
import { WorkersDocument } from '../../master/config/workers-document.ts';
import { diagnostics } from '../../server/features/diagnostics.ts';
import { semanticTokens } from '../../server/features/semantic-tokens.ts';
import { documentSymbols } from '../../server/features/symbols.ts';
import { finish } from '../../server/features/work.ts';
import { anchorEdit, anchoredWorkers } from '../support/anchored-workers.ts';
import { memoryWorld } from '../support/memory-world.ts';
import { openWorkers } from '../support/open-document.ts';
import { randomEdit, randomNumbers, sampleWorkers } from '../support/random-edits.ts';

const world = memoryWorld({
  '/work/package.yaml': {
    text: 'name: tools\nversion: 1.2.3\nsupported_types: [process]\nprocess: {executable_path: t}\n',
  },
});
/**
 * By hand, more edits of each kind, from any seed on; each seed makes 40 of them:
 *   EDITS=100000 FIRST_SEED=500 npx mocha --timeout 0 dist/test/server/equivalence.test.js
 * Only in files with anchors: add --grep anchors.
 */
const given = process.env['EDITS'];
const edits = Number(given ?? 20_000);
const anchoredEdits = Number(given ?? 6_000);
const firstSeed = Number(process.env['FIRST_SEED'] ?? 0);
const editsOfSeed = 40;
/** Seeds that once found a difference. */
const keptSeeds: readonly number[] = [81, 126, 150, 168, 306];
const keptAnchoredSeeds: readonly number[] = [];

/** Everything a document means and everything the editor is told of it. */
function meaning(workers: WorkersDocument): unknown {
  const document = { ...openWorkers('', world), workers, places: workers };
  return {
    text: workers.text,
    lines: workers.lineCount,
    problems: workers.problems,
    items: Array.from({ length: workers.size }, (_, index) => ({
      start: workers.startOf(index),
      end: workers.endOf(index),
      text: workers.textOf(index),
      reading: workers.readingOf(index),
      concerned: workers.concernedBy(workers.readingOf(index)?.id?.value ?? ''),
    })),
    findings: diagnostics(document),
    symbols: finish(documentSymbols(document)),
    tokens: finish(semanticTokens(document)),
  };
}

interface Kind {
  readonly sample: (seed: number, random: () => number) => string;
  readonly edit: (text: string, random: () => number) => TextEdit;
}

const any: Kind = { sample: (seed) => sampleWorkers[seed % sampleWorkers.length] ?? '', edit: randomEdit };
const anchored: Kind = { sample: (_, random) => anchoredWorkers(random), edit: anchorEdit };

function fuzz(seed: number, steps: number, { sample, edit: next }: Kind): void {
  const random = randomNumbers(seed);
  let document = WorkersDocument.open(sample(seed, random), world);
  for (let step = 0; step < steps; step++) {
    const edit = next(document.text, random);
    const expected = document.text.slice(0, edit.start) + edit.newText + document.text.slice(edit.end);
    document = document.edit([edit]);
    const fresh = WorkersDocument.open(expected, world);
    // Comparing as text first: it is fast, and nearly always enough.
    if (JSON.stringify(meaning(document)) === JSON.stringify(meaning(fresh))) continue;
    assert.deepEqual(meaning(document), meaning(fresh), `seed ${seed}, step ${step}, ${JSON.stringify(edit)}`);
  }
}

/** Edits while the document is still being read in slices, now and then with all of its findings asked for. */
function fuzzHalfRead(seed: number, steps: number, { sample, edit }: Kind): void {
  const random = randomNumbers(seed);
  let document = WorkersDocument.open(sample(seed, random), world);
  for (let step = 0; step < steps; step++) {
    let left = Math.floor(random() * 4);
    document.readSome(() => left-- === 0);
    if (random() < 0.1) assert.ok(document.problems);
    document = document.edit([edit(document.text, random)]);
  }
  assert.deepEqual(meaning(document), meaning(WorkersDocument.open(document.text, world)), `seed ${seed}`);
}

describe('a document that was edited', () => {
  it('has the findings, symbols and tokens of one that was opened as it is now', function () {
    this.timeout(1_800_000);
    for (const seed of keptSeeds) fuzz(seed, editsOfSeed, any);
    for (let seed = firstSeed; seed < firstSeed + edits / editsOfSeed; seed++) fuzz(seed, editsOfSeed, any);
  });

  it('has them where workers use anchors that stand above them and in one another', function () {
    this.timeout(1_800_000);
    for (const seed of keptAnchoredSeeds) fuzz(seed, editsOfSeed, anchored);
    for (let seed = firstSeed; seed < firstSeed + anchoredEdits / editsOfSeed; seed++) {
      fuzz(seed, editsOfSeed, anchored);
    }
  });

  it('has them too when it was not read to its end in between', () => {
    for (let seed = 0; seed < 500; seed++) fuzzHalfRead(seed, 12, any);
    for (let seed = 0; seed < 300; seed++) fuzzHalfRead(seed, 12, anchored);
  });
});
