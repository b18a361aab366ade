import assert from 'node:assert/strict';
import { inlayHints } from '../../../server/features/inlay-hints.ts';
import { finish } from '../../../server/features/work.ts';
import { memoryWorld } from '../../support/memory-world.ts';
import { openWorkers } from '../../support/open-document.ts';
import { snapshot } from '../../support/snapshot.ts';

const world = memoryWorld({
  '/work/p/package.yaml': {
    text: 'name: tools\nversion: 1.2.3\nsupported_types: [process, module]\nmodule: {module_path: m.js, entry_point: make}\n',
  },
  '/work/p/m.js': { exports: ['make'] },
  '/work/m.js': { exports: ['make'] },
  '/work/server.js': {},
  '/work/m.wasm': {},
});

/** The text with each hint in brackets where it stands. */
function hinted(text: string, snapshots?: ReadonlyMap<string, ReturnType<typeof snapshot>>): string {
  const document = { ...openWorkers(text, world), snapshots };
  const all = { start: { line: 0, character: 0 }, end: document.places.positionAt(text.length) };
  return finish(inlayHints(document, all))
    .map(({ position, label }) => ({ at: document.places.offsetAt(position), label }))
    .sort((a, b) => b.at - a.at)
    .reduce(
      (shown, { at, label }) => `${shown.slice(0, at)}[${typeof label === 'string' ? label : ''}]${shown.slice(at)}`,
      text,
    )
    .replace(/^workers:\n {2}- id: a\n/, '')
    .replaceAll(/^ {4}/gm, '');
}

const worker = (lines: string) => `workers:\n  - id: a\n${lines.replaceAll(/^(?=.)/gm, '    ')}`;
const server = 'type: process\nexecution: {executable_path: server.js}\n';

/** What is told, the worker, and the worker with its hints. */
const rows: readonly (readonly [string, string, string])[] = [
  [
    'the version that a range means, and where the module lives',
    'type: module\npackage: tools:^1.0.0\n',
    'type: module[shared]\npackage: tools:^1.0.0[1.2.3]\n',
  ],
  [
    'no version that is written',
    'type: module\npackage: tools:1.2.3\n',
    'type: module[shared]\npackage: tools:1.2.3\n',
  ],
  [
    'that only a module is there',
    'type: process\npackage: tools\n',
    'type: process[hosted module]\npackage: tools[1.2.3]\n',
  ],
  [
    'what decides by itself where a module lives',
    'type: module\nmodule: {module_path: m.wasm}\n',
    'type: module[wasm]\nmodule: {module_path: m.wasm}\n',
  ],
  [
    'the defaults of a policy in one word',
    `${server}restart: always\n`,
    `${server}restart: always[max_retries 3, retry_delay 5s, backoff_rate 1.5]\n`,
  ],
  ['none where nothing is restarted', `${server}restart: never\n`, `${server}restart: never\n`],
  [
    'the defaults that a block leaves out',
    `${server}restart:\n  max_retries: 7\n`,
    `${server}restart:[retry_delay 5s, backoff_rate 1.5]\n  max_retries: 7\n`,
  ],
  [
    'the defaults that braces leave out',
    `${server}health_check: {endpoint: /health, timeout: 1s}\n`,
    `${server}health_check: {endpoint: /health, timeout: 1s}[interval 30s, failure_threshold 2]\n`,
  ],
  [
    'nothing where all is written',
    `${server}health_check: {endpoint: /health, timeout: 1s, interval: 9s, retries: 1}\n`,
    `${server}health_check: {endpoint: /health, timeout: 1s, interval: 9s, retries: 1}\n`,
  ],
];

describe('inlay hints', () => {
  for (const [what, before, after] of rows) {
    it(`tell ${what}`, () => assert.equal(hinted(worker(before)), after));
  }

  it('tell the port that a running worker listens on where the file does not', () => {
    const running = new Map([['a', snapshot({ id: 'a' })]]);
    assert.equal(hinted(worker(`${server}port: 80\n`), running), `${server}port: 80[:8081]\n`);
    assert.equal(hinted(worker(`${server}port: 8081\n`), running), `${server}port: 8081\n`);
    const stopped = new Map([['a', snapshot({ id: 'a', state: 'stopped' })]]);
    assert.equal(hinted(worker(`${server}port: 80\n`), stopped), `${server}port: 80\n`);
  });

  it('say in their tooltip where that is, without a password', () => {
    const endpoint = {
      name: 'http',
      type: 'url',
      address: 'http://user:hunter2@127.0.0.1:8081/x',
      origin: 'registered',
    } as const;
    const running = new Map([['a', snapshot({ id: 'a', endpoints: [endpoint] })]]);
    const document = { ...openWorkers(worker(`${server}port: 80\n`), world), snapshots: running };
    const tooltips = finish(
      inlayHints(document, { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } }),
    ).map(({ tooltip }) => tooltip);
    assert.deepEqual(tooltips, ['a listens on http://127.0.0.1:8081/x (registered)']);
  });

  it('are made only for the lines that are shown', () => {
    const text = worker(`${server}restart: always\n`).concat(
      '  - id: b\n    type: module\n    module: {module_path: m.wasm}\n',
    );
    const line = { line: 5, character: 0 };
    const hints = finish(inlayHints(openWorkers(text, world), { start: line, end: line }));
    assert.deepEqual(
      hints.map(({ label }) => label),
      ['wasm'],
    );
  });
});
