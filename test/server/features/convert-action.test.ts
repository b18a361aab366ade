import assert from 'node:assert/strict';
import type { CodeAction } from 'vscode-languageserver-types';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { codeActions } from '../../../server/features/code-actions.ts';
import { diagnostics } from '../../../server/features/diagnostics.ts';
import { memoryWorld } from '../../support/memory-world.ts';
import { cursorIn, openWorkers, workersUri } from '../../support/open-document.ts';

const world = memoryWorld({
  '/work/packages/both/package.yaml': {
    text: 'name: both\nversion: 1.0.0\nprocess: { executable_path: run, args: [--serve] }\nmodule: { module_path: run.mjs, entry_point: create }\n',
  },
  '/work/packages/both/run': { executable: true },
  '/work/packages/both/run.mjs': { exports: ['create'] },
  '/work/packages/only/package.yaml': { text: 'name: only\nversion: 1.0.0\nprocess: { executable_path: run }\n' },
  '/work/packages/only/run': { executable: true },
  '/work/server.mjs': { exports: ['create'] },
});

const other = '  - id: other\n    type: process\n    package: only\n';

/** What is converted, the file with the cursor in worker "a", and the file after it. */
const cases: readonly (readonly [string, string, string])[] = [
  [
    'a process of a package, with the block its module needs',
    `workers:\n  - id: a\n    ty|pe: process # here\n    package: both\n${other}`,
    `workers:\n  - id: a\n    type: module # here\n    package: both\n    module:\n      entry_point: create\n${other}`,
  ],
  [
    'a module of a package, with the block its process needs',
    `workers:\n${other}  - id: |a\n    type: module\n    package: both\n`,
    `workers:\n${other}  - id: a\n    type: process\n    package: both\n    execution:\n      args:\n        - --serve\n`,
  ],
  [
    'a process that keeps its blocks for the way back',
    'workers:\n  - id: a\n    type: "process"\n    package: both\n    execution:\n      # mine\n      args: [--|quiet]\n    module: { entry_point: create }\n',
    'workers:\n  - id: a\n    type: "module"\n    package: both\n    execution:\n      # mine\n      args: [--quiet]\n    module: { entry_point: create }\n',
  ],
  [
    'a module that keeps its blocks for the way back',
    'workers:\n  - id: a\n    type: module\n    package: both\n    module: { entry_point: create }\n    execution: { args: [] }\n|',
    'workers:\n  - id: a\n    type: process\n    package: both\n    module: { entry_point: create }\n    execution: { args: [] }\n',
  ],
  [
    'a process without a package, whose program is a script',
    'workers:\n  - id: a|\n    type: process\n    execution: { executable_path: node, args: [server.mjs] }\n',
    'workers:\n  - id: a\n    type: module\n    execution: { executable_path: node, args: [server.mjs] }\n',
  ],
  [
    'a module without a package',
    'workers:\n  - id: a\n    type: module\n    module: { modul|e_path: server.mjs }\n',
    'workers:\n  - id: a\n    type: process\n    module: { module_path: server.mjs }\n',
  ],
  [
    'one of two that share their type',
    'x-base: &base { type: process, package: both }\nworkers:\n  - id: a\n    <<|: *base\n    module: { entry_point: create }\n  - id: b\n    <<: *base\n',
    'x-base: &base { type: process, package: both }\nworkers:\n  - id: a\n    type: module\n    <<: *base\n    module: { entry_point: create }\n  - id: b\n    <<: *base\n',
  ],
];

/** Workers that run one way only. */
const fixed: readonly (readonly [string, string])[] = [
  ['a package that only has a program', 'workers:\n  - id: |a\n    type: process\n    package: only\n'],
  [
    'a program that is no script',
    'workers:\n  - id: |a\n    type: process\n    execution: { executable_path: sleep }\n',
  ],
  [
    'a process that is only watched',
    'workers:\n  - id: |a\n    type: unmanaged\n    discovery: { method: port, port: 80 }\n',
  ],
  ['no worker', '|\nworkers:\n  - id: a\n    type: process\n    package: both\n'],
];

describe('converting a worker at the cursor', () => {
  for (const [name, marked, after] of cases) {
    for (const [ends, newline] of [
      ['', '\n'],
      [' with CRLF', '\r\n'],
    ] as const) {
      it(`converts ${name}${ends}`, () => {
        const { text, offset } = cursorIn(marked.replaceAll('\n', newline));
        const [action, ...more] = conversions(text, offset);
        assert.ok(action);
        assert.deepEqual(more, []);
        const converted = applied(text, action);
        assert.equal(converted, after.replaceAll('\n', newline));
        const [was, is] = [typeOf(text), typeOf(converted)];
        assert.deepEqual([was, is].sort(), ['module', 'process']);
        assert.equal(action.title, `Switch to ${is ?? ''}: a`);
        assert.deepEqual(codesOf(converted), codesOf(text));
        // What was converted can be converted back, and then runs what it ran before.
        const [back] = conversions(converted, converted.indexOf('id: a'));
        assert.ok(back);
        const again = applied(converted, back);
        assert.equal(typeOf(again), was);
        assert.deepEqual(codesOf(again), codesOf(text));
        assert.deepEqual(deploymentOf(again), deploymentOf(text));
      });
    }
  }

  for (const [name, marked] of fixed) {
    it(`offers nothing for ${name}`, () => {
      const { text, offset } = cursorIn(marked);
      assert.deepEqual(conversions(text, offset), []);
    });
  }

  it('is offered as a rewriting only', () => {
    const text = 'workers:\n  - id: a\n    type: process\n    package: both\n';
    assert.equal(conversions(text, 15, 'refactor').length, 1);
    assert.equal(conversions(text, 15, 'quickfix').length, 0);
    assert.equal(conversions(text, 15, 'refactor.extract').length, 0);
  });
});

function conversions(text: string, offset: number, kind = 'refactor.rewrite'): CodeAction[] {
  const document = openWorkers(text, world);
  const position = document.places.positionAt(offset);
  return codeActions(document, { start: position, end: position }, [kind]).filter(({ title }) =>
    title.startsWith('Switch to '),
  );
}

function applied(text: string, { edit }: CodeAction): string {
  const changes = edit?.changes ?? {};
  assert.deepEqual(Object.keys(changes), [workersUri]);
  return TextDocument.applyEdits(TextDocument.create(workersUri, 'yaml', 1, text), changes[workersUri] ?? []);
}

function codesOf(text: string) {
  return diagnostics(openWorkers(text, world)).map(({ code }) => code);
}

function workerOf(text: string) {
  return openWorkers(text, world)
    .workers.toFile()
    .workers.find(({ id }) => id === 'a');
}

function typeOf(text: string) {
  return workerOf(text)?.resolved?.config.type;
}

function deploymentOf(text: string) {
  return workerOf(text)?.resolved?.deployment;
}
