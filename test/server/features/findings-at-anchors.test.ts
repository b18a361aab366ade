import assert from 'node:assert/strict';
import { diagnostics } from '../../../server/features/diagnostics.ts';
import { memoryWorld } from '../../support/memory-world.ts';
import { openWorkers } from '../../support/open-document.ts';

const world = memoryWorld({ '/work/bin/run': { executable: true } });
const base = (line: string) => `x-base: &base\n  type: process\n  execution: { executable_path: bin/run }\n  ${line}\n`;
const workers = (count: number) =>
  Array.from({ length: count }, (_, index) => `  - <<: *base\n    id: w${index}\n`).join('');

/** Findings as "code at text", each with what is told of its related places. */
function told(text: string): readonly (readonly [string, readonly string[]])[] {
  const document = openWorkers(text, world);
  return diagnostics(document).map(({ code, range, relatedInformation = [] }) => [
    `${code} at ${document.places.getText(range)}`,
    relatedInformation.map(({ location, message }) => `${document.places.getText(location.range)}: ${message}`),
  ]);
}

describe('a fault that comes into workers through an alias', () => {
  it('is told once, at the anchor, with the places of the workers', () => {
    assert.deepEqual(told(`${base('start_timeout: 5 s')}workers:\n${workers(2)}`), [
      ['HSU501 at &base', ['*base: It comes into the worker "w0" here.', '*base: It comes into the worker "w1" here.']],
    ]);
    assert.deepEqual(told(`${base('metadata: { colour: red }')}workers:\n${workers(1)}`), [
      ['HSU101 at &base', ['*base: It comes into the worker "w0" here.']],
    ]);
    assert.deepEqual(told(`${base('colour: red')}  shape: round\nworkers:\n${workers(1)}`), [
      ['HSU101 at &base', ['*base: It comes into the worker "w0" here.']],
      ['HSU101 at &base', ['*base: It comes into the worker "w0" here.']],
    ]);
    assert.deepEqual(
      told(`x-five: &five 5 s\n${base('group: g')}workers:\n  - <<: *base\n    id: a\n    start_timeout: *five\n`),
      [['HSU501 at &five', ['*five: It comes into the worker "a" here.']]],
    );
  });

  it('refuses each of the workers', () => {
    const { workers: document } = openWorkers(`${base('start_timeout: 5 s')}workers:\n${workers(2)}`, world);
    assert.deepEqual(
      document.toFile().workers.map(({ id, resolved }) => [id, resolved]),
      [
        ['w0', undefined],
        ['w1', undefined],
      ],
    );
  });

  it('names some of very many', () => {
    const [found] = told(`${base('start_timeout: 5 s')}workers:\n${workers(100)}`);
    assert.equal(found?.[1].length, 20);
    assert.equal(found[1].at(-1), '*base: It comes into the worker here, and into 80 more.');
  });

  it('is silenced at the anchor, or for one worker at its alias', () => {
    const silenced = base('start_timeout: 5 s').replace('&base', '&base # hsu-disable-line HSU501');
    assert.deepEqual(told(`${silenced}workers:\n${workers(2)}`), []);
    const one = workers(2).replace('*base', '*base # hsu-disable-line HSU501');
    assert.deepEqual(told(`${base('start_timeout: 5 s')}workers:\n${one}`), [
      ['HSU501 at &base', ['*base: It comes into the worker "w1" here.']],
    ]);
  });

  it('stays where it is when it is about one worker', () => {
    const aliased =
      'x-w: &w\n  id: a\n  type: process\n  execution: { executable_path: bin/run }\nworkers:\n  - *w\n  - *w\n';
    assert.deepEqual([...new Set(told(aliased).map(([at]) => at))], ['HSU201 at *w']);
  });
});
