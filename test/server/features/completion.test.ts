import assert from 'node:assert/strict';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { completion } from '../../../server/features/completion.ts';
import { memoryWorld } from '../../support/memory-world.ts';
import { cursorIn, openManifest, openWorkers } from '../../support/open-document.ts';

const packageText =
  'name: tools\nversion: 1.2.3\nsupported_types: [process, module]\nmodule:\n  module_path: m.js\n  entry_point: make\n';
const world = memoryWorld({
  '/work/package.yaml': { text: packageText },
  '/work/p/package.yaml': { text: packageText.replace('1.2.3', '1.10.0') },
  '/work/m.js': { exports: ['make', 'other'] },
});

function complete(marked: string) {
  const { text, offset } = cursorIn(marked);
  return { text, items: completion(openWorkers(text, world), offset, { snippets: false }) };
}

function labels(marked: string): string[] {
  return complete(marked).items.map(({ label }) => label);
}

/** The text after an item was accepted. */
function accept(marked: string, label: string): string {
  const { text, items } = complete(marked);
  const item = items.find((one) => one.label === label);
  assert.ok(
    item,
    `"${label}" is not offered in ${JSON.stringify(marked)}, only ${items.map((one) => one.label).join(', ')}`,
  );
  assert.ok(item.textEdit && 'range' in item.textEdit);
  return TextDocument.applyEdits(TextDocument.create('file:///x', 'yaml', 1, text), [item.textEdit]);
}

describe('completion', () => {
  it('offers the keys that are missing, required ones first', () => {
    const found = labels('workers:\n  - id: a\n    |\n');
    assert.equal(found[0], 'type');
    assert.ok(found.includes('package'));
    assert.ok(!found.includes('id'));
  });

  it('offers only what the type has a use for', () => {
    const asProcess = labels('workers:\n  - id: a\n    type: process\n    |\n');
    assert.ok(asProcess.includes('execution') && asProcess.includes('limits'));
    assert.ok(!asProcess.includes('module') && !asProcess.includes('unit'));
    const asModule = labels('workers:\n  - id: a\n    |\n    type: module\n');
    assert.ok(asModule.includes('module') && !asModule.includes('execution') && !asModule.includes('limits'));
  });

  it('knows where it is, at any indentation', () => {
    for (const marked of [
      'workers:\n- id: a\n  execution:\n    |\n',
      'workers:\n  - id: a\n    execution:\n      |\n',
      'workers:\n  - id: a\n    execution:\n          args: []\n          |',
      'workers:\r\n    -   id: a\r\n        execution:\r\n            |\r\n',
      'workers:\n\t- id: a\n\t  execution:\n\t\t\t|\n',
      'workers:\n  - id: a\n    execution:\n      args:\n      - x\n      |\n    type: process\n',
      'workers:\n  - id: a\n    execution: {|\n',
      'workers:\n  - id: "a\n    execution:\n      |\n  - id: b\n',
    ]) {
      const found = labels(marked);
      assert.ok(found.includes('working_directory'), `${JSON.stringify(marked)}: ${found.join(', ')}`);
      assert.ok(!found.includes('id'), JSON.stringify(marked));
    }
  });

  const values: readonly (readonly [string, string, readonly string[]])[] = [
    ['a type', 'workers:\n  - id: a\n    type: |\n', ['process', 'module']],
    ['a type right behind the colon', 'workers:\n  - id: a\n    type:|\n', ['process', 'module']],
    ['a type in quotes', 'workers:\n  - id: a\n    type: "|"\n', ['process', 'module']],
    ['a type over another', 'workers:\n  - id: a\n    type: pro|cess\n', ['process', 'module']],
    ['a boolean', 'workers:\n  - enabled: |\n', ['true', 'false']],
    ['packages, newest first', 'workers:\n  - id: a\n    package: |\n', ['tools:1.10.0', 'tools:1.2.3']],
    ['worker ids', 'workers:\n  - id: a\n  - id: b\n    depends_on: [|]\n  - id: c\n', ['a', 'c']],
    [
      'worker ids on lines',
      'workers:\n  - id: a\n  - id: b\n    depends_on:\n      - a\n      - |\n  - id: c\n',
      ['c'],
    ],
    [
      'entry points',
      'workers:\n  - id: a\n    type: module\n    module:\n      module_path: m.js\n      entry_point: |\n',
      ['make', 'other'],
    ],
    ['the isolation', 'workers:\n  - id: a\n    module: {isolation: |}\n', ['shared', 'thread']],
    ['a restart policy', 'workers:\n  - id: a\n    restart: |\n', ['never', 'on-failure', 'always', 'unless-stopped']],
  ];
  for (const [what, marked, expected] of values) it(`offers ${what}`, () => assert.deepEqual(labels(marked), expected));

  it('offers nothing in comments and block texts', () => {
    assert.deepEqual(labels('workers:\n  - id: a # |\n'), []);
    assert.deepEqual(labels('workers:\n  # |\n'), []);
    assert.deepEqual(
      labels('workers:\n  - id: a\n    module:\n      config:\n        text: |-\n          |\n'.replace('|-', '>-')),
      [],
    );
  });

  it('offers the top level in the first column', () => {
    const found = labels('workers:\n  - id: a\n|');
    assert.ok(found.includes('master') && !found.includes('workers') && !found.includes('type'), found.join(', '));
  });

  const accepted: readonly (readonly [string, string, string, string])[] = [
    ['a value', 'workers:\n  - type: pro|\n', 'process', 'workers:\n  - type: process\n'],
    ['a value without its space', 'workers:\n  - type:|\n', 'module', 'workers:\n  - type: module\n'],
    [
      'a value over another, the comment stays',
      '- x\nworkers:\n  - type: |process # c\n',
      'module',
      '- x\nworkers:\n  - type: module # c\n',
    ],
    ['a value in quotes', 'workers:\n  - type: "p|x"\n', 'process', 'workers:\n  - type: "process"\n'],
    ['a key with its colon', 'workers:\n  - id: a\n    ty|\n', 'type', 'workers:\n  - id: a\n    type: \n'],
    [
      'a key before its colon',
      'workers:\n  - id: a\n    ty|: module\n',
      'type',
      'workers:\n  - id: a\n    type: module\n',
    ],
    [
      'a block, with the line ends of the file',
      'workers:\r\n  - id: a\r\n    exec|\r\n',
      'execution',
      'workers:\r\n  - id: a\r\n    execution:\r\n      \r\n',
    ],
    [
      'an item of a flow list',
      'workers:\n  - id: a\n  - depends_on: [x, |]\n',
      'a',
      'workers:\n  - id: a\n  - depends_on: [x, a]\n',
    ],
  ];
  for (const [what, marked, label, text] of accepted) {
    it(`accepts ${what} without damage`, () => assert.equal(accept(marked, label), text));
  }

  it('offers the keys and types of a package', () => {
    const at = (marked: string) => {
      const { text, offset } = cursorIn(marked);
      return completion(openManifest(text), offset, { snippets: false }).map(({ label }) => label);
    };
    assert.deepEqual(at('supported_types: [|]\n'), ['process', 'module']);
    assert.ok(at('name: a\n|\nsupported_types: [process]\n').includes('version'));
    assert.deepEqual(at('supported_types: [module]\nmodule:\n  module_path: x\n  |\n'), ['entry_point']);
  });
});
