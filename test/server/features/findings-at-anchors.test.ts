import assert from 'node:assert/strict';
import { applyEdits } from '../../../master/config/apply-edits.ts';
import { diagnostics, findingsOf } from '../../../server/features/diagnostics.ts';
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

  it('is told of variables and secrets behind aliases of values, too', () => {
    const worker = '  - id: a\n    type: process\n    execution: { executable_path: bin/run, environment: *token }\n';
    for (const [environment, found] of [
      ['[API_TOKEN=hunter2]', 'HSU505 at hunter2'],
      ['{ API_TOKEN: "hunter2" }', 'HSU505 at "hunter2"'],
      ['{ NAME: "a-${env:UNSET}" }', 'HSU504 at ${env:UNSET}'],
    ] as const) {
      const text = `x-env: &token ${environment}\nworkers:\n${worker}`;
      assert.deepEqual(told(text), [[found, ['*token: It comes into the worker "a" here.']]], text);
    }
    const scalar = `x-token: &token hunter2\nworkers:\n${worker.replace('*token', '{ API_TOKEN: *token }')}`;
    assert.deepEqual(told(scalar), [['HSU505 at &token', ['*token: It comes into the worker "a" here.']]]);
  });

  it('is told of variables and secrets behind merge keys in their own place, once, and mended there', () => {
    const both = '    environment: { API_TOKEN: hunter2, NAME: "a-${env:UNSET}" }\n';
    const more = `x-base: &base\n  type: process\n  execution:\n    executable_path: bin/run\n${both}`;
    const own = '  - <<: *base\n    id: own\n    execution: { executable_path: bin/run }\n';
    const text = `${more}workers:\n${workers(2)}${own}`;
    const users = ['*base: It comes into the worker "w0" here.', '*base: It comes into the worker "w1" here.'];
    assert.deepEqual(told(text), [
      ['HSU505 at hunter2', users],
      ['HSU504 at ${env:UNSET}', users],
    ]);
    const fixed = findingsOf(openWorkers(text, world)).flatMap(({ fixes }) => fixes.flatMap(({ edits }) => edits));
    assert.equal(
      applyEdits(text, fixed).split('\n')[4],
      '    environment: { API_TOKEN: "${env:API_TOKEN}", NAME: "a-${env:UNSET:-}" }',
    );
    // Silenced where they stand, and at the anchor.
    for (const [at, silent] of [
      [both, both.replace('\n', ' # hsu-disable-line\n')],
      ['&base\n', '&base # hsu-disable-line\n'],
    ] as const) {
      assert.deepEqual(told(text.replace(at, silent)), [], silent);
    }
  });

  it('is told of variables and secrets in the worker that has them written there', () => {
    const environment = '&env { API_TOKEN: hunter2, NAME: "${env:UNSET}" }';
    const text =
      `workers:\n  - id: a\n    type: process\n    execution: &run { executable_path: bin/run, environment: ${environment} }\n` +
      '  - id: b\n    type: process\n    execution: { <<: *run }\n';
    assert.deepEqual(told(text), [
      ['HSU505 at hunter2', ['*run: It comes into the worker "b" here.']],
      ['HSU504 at ${env:UNSET}', ['*run: It comes into the worker "b" here.']],
    ]);
    const inline = `workers:\n  - id: a\n    type: process\n    execution: { executable_path: bin/run, <<: { environment: [KEY=x, API_KEY=y] } }\n`;
    assert.deepEqual(told(inline), [['HSU505 at y', []]]);
  });

  it('is found behind names of any length', () => {
    const long = 'n'.repeat(500);
    const text = `x-base: &${long}\n  start_timeout: 5 s\nworkers:\n  - <<: *${long}\n    id: a\n    type: process\n    execution: { executable_path: bin/run }\n`;
    assert.deepEqual(told(text), [['HSU501 at &' + long, [`*${long}: It comes into the worker "a" here.`]]]);
    const within = `workers:\n  - id: a\n    type: process\n    execution: &${long} { executable_path: bin/run }\n  - id: b\n    type: process\n    execution: *${long}\n`;
    assert.deepEqual(told(within), []);
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

  it('is told once, at the innermost anchor that it is written behind', () => {
    const nested = 'x-base: &base\n  type: process\n  execution: &run { executable_path: bin/run, colour: red }\n';
    const both = '  - <<: *base\n    id: a\n  - id: b\n    type: process\n    execution: *run\n';
    assert.deepEqual(told(`${nested}workers:\n${both}`), [
      ['HSU101 at &run', ['*base: It comes into the worker "a" here.', '*run: It comes into the worker "b" here.']],
    ]);
    const through = 'x-time: &time\n  start_timeout: 5 s\nx-base: &base\n  <<: *time\n  type: process\n';
    const some = (name: string, id: string) =>
      `  - <<: *${name}\n    id: ${id}\n    type: process\n    execution: { executable_path: bin/run }\n`;
    assert.deepEqual(told(`${through}workers:\n${some('base', 'a')}${some('time', 'b')}`), [
      ['HSU501 at &time', ['*base: It comes into the worker "a" here.', '*time: It comes into the worker "b" here.']],
    ]);
    // The name has come to stand for something else in between.
    const again = `${through}workers:\n${some('base', 'a')}      args: &time [x]\n${some('base', 'b')}`.replaceAll(
      '{ executable_path: bin/run }\n      args',
      '\n      executable_path: bin/run\n      args',
    );
    assert.deepEqual(told(again), [
      ['HSU501 at &time', ['*base: It comes into the worker "a" here.', '*base: It comes into the worker "b" here.']],
    ]);
    assert.equal(diagnostics(openWorkers(again, world))[0]?.range.start.line, 0);
  });

  it('is told once, in the worker that has it written there', () => {
    const first = '  - id: a\n    type: process\n    execution: { executable_path: bin/run }\n';
    const second = '  - id: b\n    type: process\n    execution: { executable_path: bin/run }\n';
    const uses = ['*check: It comes into the worker "b" here.'];
    for (const check of ['&check { endpoint: /health, interval: 5 s }', '&check\n      interval: 5 s']) {
      const text = `workers:\n${first}    health_check: ${check}\n${second}    health_check: *check\n`;
      assert.deepEqual(told(text), [['HSU501 at 5 s', uses]], text);
      const other = text.replace('health_check: *check', 'health_check: { <<: *check }');
      assert.deepEqual(told(other), [['HSU501 at 5 s', uses]], other);
    }
    const whole = `workers:\n${first.replace('id', '&whole\n    id')}    start_timeout: 5 s\n  - <<: *whole\n    id: b\n`;
    assert.deepEqual(told(whole), [['HSU501 at 5 s', ['*whole: It comes into the worker "b" here.']]]);
    // The same fault in another worker is another one.
    const own = `workers:\n${first}    start_timeout: &time 5s\n${second}    start_timeout: 5 s\n`;
    assert.deepEqual(told(own), [['HSU501 at 5 s', []]]);
  });

  it('stays where it is when it is about one worker', () => {
    const aliased =
      'x-w: &w\n  id: a\n  type: process\n  execution: { executable_path: bin/run }\nworkers:\n  - *w\n  - *w\n';
    assert.deepEqual([...new Set(told(aliased).map(([at]) => at))], ['HSU201 at *w']);
  });
});
