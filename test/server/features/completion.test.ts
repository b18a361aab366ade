import assert from 'node:assert/strict';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { completion } from '../../../server/features/completion.ts';
import { memoryWorld } from '../../support/memory-world.ts';
import { cursorIn, openManifest, openWorkers } from '../../support/open-document.ts';

const packageText =
  'name: tools\nversion: 1.2.3\nsupported_types: [process, module]\nmodule:\n  module_path: m.js\n  entry_point: make\n';
const world = memoryWorld(
  {
    '/work/package.yaml': { text: packageText },
    '/work/p/package.yaml': { text: packageText.replace('1.2.3', '1.10.0') },
    '/work/m.js': { exports: ['make', 'other'] },
    '/work/lib/deep/run.sh': { executable: true },
    '/work/lib/util.ts': {},
    '/opt/m.wasm': {},
    '/opt/m.so': {},
    '/work/.env': {},
  },
  { HOME: '/root', LOG_LEVEL: 'info' },
);

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

  const modules: readonly (readonly [what: string, module: string, isLimited: boolean])[] = [
    ['of a thread', 'module_path: m.js, entry_point: make, isolation: thread', true],
    ['that is a program', 'module_path: m.js', true],
    ['that is a program not yet there', 'module_path: none.js, isolation: thread', true],
    ['of WebAssembly', 'module_path: ../opt/m.wasm', true],
    ['that shares its host', 'module_path: m.js, entry_point: make', false],
    ['that says it shares', 'module_path: m.js, isolation: shared', false],
    ['that is a native library', 'module_path: ../opt/m.so, entry_point: make', false],
  ];
  for (const [what, module, isLimited] of modules) {
    it(`${isLimited ? 'offers' : 'does not offer'} limits to a module ${what}, as they are accepted`, () => {
      const text = `workers:\n  - id: a\n    type: module\n    module: {${module}}\n`;
      for (const marked of [`${text}    |\n`, `${text}    |\n  - id: b\n`, `${text}    lim|`]) {
        assert.equal(labels(marked).includes('limits'), isLimited, JSON.stringify(marked));
      }
      const { problems } = openWorkers(`${text}    limits: {memory: {max_rss: 64MB}}\n`, world).workers;
      assert.equal(!problems.some(({ code }) => code === 'HSU406'), isLimited);
    });
  }

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
    ['the items of a list that begins', 'workers:\n  - id: a\n  - id: b\n    depends_on:\n      |\n', ['a']],
    ['variables', 'workers:\n  - id: a\n    group: ${env:|\n', ['HOME', 'LOG_LEVEL']],
    [
      'variables the file has already',
      'workers:\n  - id: a\n    group: ${env:MINE}\n    cron: "${env:|"\n',
      ['HOME', 'LOG_LEVEL', 'MINE'],
    ],
    [
      'variables from their first letter',
      'workers:\n  - id: a\n    group: x-$|\n',
      ['${env:HOME}', '${env:LOG_LEVEL}'],
    ],
    [
      'no variables where their braces would close a bracket',
      'workers:\n  - id: a\n    execution: {env_file: ${env:|\n',
      [],
    ],
    ['modules', 'workers:\n  - id: a\n    module:\n      module_path: |\n', ['lib/', 'm.js', 'p/']],
    ['what is in a folder', 'workers:\n  - id: a\n    module:\n      module_path: lib/|\n', ['deep/', 'util.ts']],
    ['folders', 'workers:\n  - id: a\n    execution:\n      working_directory: ./|\n', ['lib/', 'p/']],
    [
      'hidden files once a dot is written',
      'workers:\n  - id: a\n    env_file: .|\n',
      ['lib/', 'm.js', 'p/', 'package.yaml', '.env'],
    ],
    [
      'durations, where none is written and over one that is',
      'workers:\n  - id: a\n    start_timeout: 7|s\n',
      ['1h', '1m', '1s', '5m', '5s', '10s', '30s', '500ms'],
    ],
    ...['limits: { memory: { max_rss: | } }', 'limits: { memory: { max_rss: 7|MB } }'].map(
      (line) =>
        [
          `sizes at ${line}`,
          `workers:\n  - id: a\n    ${line}\n`,
          ['1GB', '2GB', '10MB', '64MB', '128MB', '256MB', '512MB'],
        ] as const,
    ),
    ['a restart policy', 'workers:\n  - id: a\n    restart: |\n', ['never', 'on-failure', 'always', 'unless-stopped']],
  ];
  for (const [what, marked, expected] of values) {
    it(`offers ${what}`, () => assert.deepEqual(labels(marked).toSorted(), expected.toSorted()));
  }

  it('goes on with a path behind the separator of Windows, where that is one', () => {
    const { text, offset } = cursorIn('workers:\n  - module: { module_path: lib\\ut| }\n');
    const windows = {
      ...world,
      resolve: (...parts: string[]) =>
        world
          .resolve(...parts)
          .replaceAll('\\', '/')
          .replace(/(?<=.)\/$/, ''),
    };
    const items = completion(openWorkers(text, windows), offset, { snippets: false });
    const util = items.find(({ label }) => label === 'util.ts');
    assert.ok(util?.textEdit && 'range' in util.textEdit);
    assert.equal(
      TextDocument.applyEdits(TextDocument.create('file:///x', 'yaml', 1, text), [util.textEdit]),
      'workers:\n  - module: { module_path: lib\\util.ts }\n',
    );
  });

  it('offers packages newest first', () => {
    assert.deepEqual(labels('workers:\n  - id: a\n    package: |\n'), ['tools:1.10.0', 'tools:1.2.3']);
  });

  it('offers whole workers where one may begin', () => {
    const whole = ['process worker', 'module worker', 'package worker'];
    for (const marked of ['workers:\n  |\n', 'workers:\n  - id: a\n    type: process\n  |\n']) {
      assert.deepEqual(labels(marked), whole, JSON.stringify(marked));
    }
    for (const marked of ['workers:\n  - |\n', 'workers:\n  - id: a\n  -|\n']) {
      const found = labels(marked);
      assert.ok(found.includes('id') && whole.every((one) => found.includes(one)), JSON.stringify(marked));
    }
    assert.ok(!labels('workers:\n  - id: a\n    |\n').includes('process worker'));
  });

  it('tells the worker from its own type, not from that of its health check', () => {
    const found = labels('workers:\n  - id: a\n    health_check:\n      type: http\n    type: module\n    |\n');
    assert.ok(found.includes('module') && !found.includes('execution'));
  });

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
      'a whole worker',
      'workers:\r\n  |\r\n',
      'package worker',
      'workers:\r\n  - id: name\r\n    type: process\r\n    package: package\r\n',
    ],
    [
      'a key where the line is indented wrongly',
      'workers:\n  - id: a\n    execution:\n      args: []\n     |\n',
      'working_directory',
      'workers:\n  - id: a\n    execution:\n      args: []\n      working_directory: \n',
    ],
    [
      'a name in a path',
      'workers:\n  - module: {module_path: "li|/util.ts"}\n',
      'lib/',
      'workers:\n  - module: {module_path: "lib/util.ts"}\n',
    ],
    ['a value right before a comment', 'workers:\n  - type: |# c\n', 'module', 'workers:\n  - type: module # c\n'],
    [
      'a value behind a tab, with CRLF and characters of two units',
      'workers:\r\n  - {id: "😀", type:\tmod|,\tgroup: "😀"} # 😀\r\n',
      'module',
      'workers:\r\n  - {id: "😀", type:\tmodule,\tgroup: "😀"} # 😀\r\n',
    ],
    [
      'a duration before a comment',
      'workers:\r\n  - id: a\r\n    start_timeout: |7s # c\r\n',
      '30s',
      'workers:\r\n  - id: a\r\n    start_timeout: 30s # c\r\n',
    ],
    ['a variable', 'workers:\n  - group: a-${env:H|\n', 'HOME', 'workers:\n  - group: a-${env:HOME}\n'],
    [
      'a variable with a default',
      'workers:\n  - group: ${env:H|:-x} # c\n',
      'HOME',
      'workers:\n  - group: ${env:HOME:-x} # c\n',
    ],
    [
      'a value among characters of two units',
      'workers:\n  - id: "😀é"\n    type: | # 😀\n',
      'module',
      'workers:\n  - id: "😀é"\n    type: module # 😀\n',
    ],
    [
      'a value behind characters of two units on its line',
      'workers:\n  - {id: "😀é", type: |, group: "😀"}\n',
      'module',
      'workers:\n  - {id: "😀é", type: module, group: "😀"}\n',
    ],
    [
      'a variable behind characters of two units in its text',
      'workers:\n  - group: "😀-${env:H|} 😀"\n',
      'HOME',
      'workers:\n  - group: "😀-${env:HOME} 😀"\n',
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
      return completion(openManifest(text, world), offset, { snippets: false }).map(({ label }) => label);
    };
    assert.deepEqual(at('supported_types: [|]\n'), ['process', 'module']);
    assert.ok(at('name: a\n|\nsupported_types: [process]\n').includes('version'));
    assert.deepEqual(at('supported_types: [module]\nmodule:\n  module_path: x\n  |\n'), ['entry_point']);
    assert.deepEqual(at('supported_types: [module]\nmodule:\n  module_path: m.js\n  entry_point: |\n'), [
      'make',
      'other',
    ]);
    assert.deepEqual(at('supported_types: [process]\nprocess:\n  executable_path: lib/deep/|\n'), ['run.sh']);
  });
});
