import assert from 'node:assert/strict';
import { WorkersDocument } from '../../master/config/workers-document.ts';
import { diagnostics } from '../../server/features/diagnostics.ts';
import { semanticTokens } from '../../server/features/semantic-tokens.ts';
import { documentSymbols } from '../../server/features/symbols.ts';
import { finish } from '../../server/features/work.ts';
import { memoryWorld } from '../support/memory-world.ts';
import { openWorkers } from '../support/open-document.ts';
import { randomEdit, randomNumbers, sampleWorkers } from '../support/random-edits.ts';

const world = memoryWorld({
  '/work/package.yaml': {
    text: 'name: tools\nversion: 1.2.3\nsupported_types: [process]\nprocess: {executable_path: t}\n',
  },
});
/** By hand: EDITS=100000 npx mocha dist/test/server/equivalence.test.js */
const edits = Number(process.env['EDITS'] ?? 20_000);
const editsOfSeed = 40;
/** Seeds that once found a difference. */
const keptSeeds: readonly number[] = [81, 126, 150, 168, 306];

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

/** Workers that refer to one another's settings, and settings above them that one of them names anew. */
const anchoredWorkers = `x-base: &base
  restart: always
  start_timeout: 5s
workers:
  - id: a
    <<: *base
    type: process
    execution: &run {executable_path: node, args: [a.js]}
    health_check: &check
      endpoint: /health
      interval: 10s
  - id: b
    type: process
    execution: *run
    health_check:
      <<: *check
      timeout: 20s
  - id: c
    type: module
    restart: &base {policy: never}
  - id: d
    restart: *base
    type: process
    execution:
      executable_path: node
  - &whole
    id: e
    type: process
    execution: *run
  - <<: *whole
    id: f
    health_check: *check
master:
  port: 50055
`;

function fuzz(seed: number, steps: number, sample = sampleWorkers[seed % sampleWorkers.length] ?? ''): void {
  const random = randomNumbers(seed);
  let document = WorkersDocument.open(sample, world);
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

/** Edits while the document is still being read in slices, now and then with all of its findings asked for. */
function fuzzHalfRead(seed: number, steps: number): void {
  const random = randomNumbers(seed);
  let document = WorkersDocument.open(sampleWorkers[seed % sampleWorkers.length] ?? '', world);
  for (let step = 0; step < steps; step++) {
    let left = Math.floor(random() * 4);
    document.readSome(() => left-- === 0);
    if (random() < 0.1) assert.ok(document.problems);
    document = document.edit([randomEdit(document.text, random)]);
  }
  assert.deepEqual(meaning(document), meaning(WorkersDocument.open(document.text, world)), `seed ${seed}`);
}

describe('a document that was edited', () => {
  it('has the findings, symbols and tokens of one that was opened as it is now', function () {
    this.timeout(1_800_000);
    for (const seed of keptSeeds) fuzz(seed, editsOfSeed);
    for (let seed = 0; seed < edits / editsOfSeed; seed++) fuzz(seed, editsOfSeed);
  });

  it('has them where workers refer to anchors in others', function () {
    this.timeout(1_800_000);
    for (let seed = 0; seed < edits / editsOfSeed / 20; seed++) fuzz(seed, editsOfSeed, anchoredWorkers);
  });

  it('has them too when it was not read to its end in between', () => {
    for (let seed = 0; seed < 500; seed++) fuzzHalfRead(seed, 12);
  });
});
