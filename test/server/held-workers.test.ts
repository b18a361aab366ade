import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { WorkersDocument } from '../../master/config/workers-document.ts';
import { codeLenses } from '../../server/features/code-lenses.ts';
import { finish } from '../../server/features/work.ts';
import { heldAfter, type HeldWorker } from '../../server/held-workers.ts';
import { memoryWorld } from '../support/memory-world.ts';
import { openWorkers } from '../support/open-document.ts';

const text = `workers:
  - id: one
    type: process

  - id: two
    type: process
    execution: { executable_path: sleep }

  # - id: ghost
  #   type: process
  - id: three
    type: module

  - id: four
    type: process
`;

interface State {
  readonly workers: WorkersDocument;
  readonly held: readonly HeldWorker[] | undefined;
}

const opened = (): State => ({ workers: WorkersDocument.open(text, memoryWorld()), held: undefined });

function edited({ workers, held }: State, start: number, end: number, newText: string): State {
  const edit = { start, end, newText };
  const next = workers.edit([edit]);
  return { workers: next, held: heldAfter(held, workers, edit, next) };
}

/** The line of each worker's lens, by its id. */
function lensLines({ workers, held }: State): Readonly<Record<string, number>> {
  const document = { ...openWorkers(''), workers, places: workers, held };
  return Object.fromEntries(
    finish(codeLenses(document)).map(({ range, command }) => [String(command?.arguments?.[1]), range.start.line]),
  );
}

/** Types a text one character after the other, as a person does; says where each lens is after each. */
function typed(
  at: number,
  what: string,
  check: (lines: Readonly<Record<string, number>>, soFar: string) => void,
): State {
  let state = opened();
  for (let index = 0; index < what.length; index++) {
    state = edited(state, at + index, at + index, what.charAt(index));
    check(lensLines(state), what.slice(0, index + 1));
  }
  return state;
}

const before = lensLines(opened());
const inTwo = text.indexOf('type: process\n    execution') + 'type: '.length;

describe('the lenses of workers', () => {
  it('stand at every worker, and at no comment', () => {
    assert.deepEqual(before, { one: 1, two: 4, three: 10, four: 13 });
  });

  const broken: readonly (readonly [string, number, string])[] = [
    ['a quote is not closed', inTwo, '"'],
    ['a list is not closed', inTwo, '[a, '],
    ['a mapping is not closed', inTwo, '{ x: '],
    ['a key stands too far left', text.indexOf('\n  # - id: ghost'), '\nx": ['],
    ['a word stands at the left edge', text.indexOf('\n  # - id: ghost'), '\nhealth'],
    ['a key ends the list', text.indexOf('\n  # - id: ghost'), '\nx:'],
    ['a key is no YAML', text.indexOf('\n  # - id: ghost'), `\nx": [] {} & *''`],
    ['a tab is typed', inTwo, '\t'],
    ['an anchor without a name', inTwo, '& *'],
  ];
  for (const [what, at, typing] of broken) {
    it(`of the others stay while one is edited and ${what}`, () => {
      typed(at, typing, ({ two: _, ...others }, soFar) => {
        const down = soFar.split('\n').length - 1;
        assert.deepEqual(others, { one: 1, three: 10 + down, four: 13 + down }, soFar);
      });
    });
  }

  it('of the others stay, whatever is typed into one', () => {
    const places = fc.integer({ min: text.indexOf('- id: two') + 2, max: text.indexOf('\n\n  # - id: ghost') });
    const words = fc.array(fc.constantFrom(...`a:-#"'[]{}&*!|>%@ \t,\n`.split(''), '  ', 'id: '), { maxLength: 14 });
    fc.assert(
      fc.property(places, words, (at, parts) => {
        typed(at, parts.join(''), ({ one, three, four }, soFar) => {
          const down = soFar.split('\n').length - 1;
          assert.deepEqual({ one, three, four }, { one: 1, three: 10 + down, four: 13 + down }, JSON.stringify(soFar));
        });
      }),
      { numRuns: 100 },
    );
  });

  it('come back to what the text says when it is whole again', () => {
    const what = '\nx:';
    const at = text.indexOf('\n  # - id: ghost');
    const state = typed(at, what, () => undefined);
    assert.ok(state.held);
    const whole = edited(state, at, at + what.length, '');
    assert.equal(whole.held, undefined);
    assert.deepEqual(lensLines(whole), before);
  });

  it('go with a worker that is taken out or made a comment, broken text or not', () => {
    const four = text.indexOf('  - id: four');
    const whole = edited(opened(), four, text.length, '');
    assert.deepEqual(Object.keys(lensLines(whole)), ['one', 'two', 'three']);
    const torn = typed(text.indexOf('\n  # - id: ghost'), '\nx:', () => undefined);
    assert.ok(torn.held);
    const moved = four + '\nx:'.length;
    const commented = edited(torn, moved + 2, moved + 2, '# ');
    assert.deepEqual(Object.keys(lensLines(commented)), ['one', 'two', 'three']);
  });
});
