import assert from 'node:assert/strict';
import { type TextEdit, type WorkspaceEdit } from 'vscode-languageserver-types';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { codeActions } from '../../../server/features/code-actions.ts';
import { formatting } from '../../../server/features/formatting.ts';
import { hover } from '../../../server/features/hover.ts';
import { inlayHints } from '../../../server/features/inlay-hints.ts';
import { documentLinks } from '../../../server/features/links.ts';
import { definition, highlights, prepareRename, references, rename } from '../../../server/features/navigation.ts';
import { semanticTokens, tokenTypes } from '../../../server/features/semantic-tokens.ts';
import { foldingRanges, selectionRanges } from '../../../server/features/structure.ts';
import { documentSymbols, workspaceSymbols } from '../../../server/features/symbols.ts';
import { finish } from '../../../server/features/work.ts';
import type { OpenDocument } from '../../../server/document.ts';
import { memoryWorld } from '../../support/memory-world.ts';
import { cursorIn, openManifest, openWorkers } from '../../support/open-document.ts';

const manifest = 'name: tools\nversion: 1.2.3\nsupported_types: [process]\nprocess: {executable_path: bin/run}\n';
const world = memoryWorld({ '/work/package.yaml': { text: manifest }, '/work/bin/run': { executable: true } });
const file = `workers:
  - id: api
    type: process
    package: tools:^1.0.0
  - id: "db"
    type: process
    package: "tools"
    depends_on: [api]
`;

function at(marked: string): { document: OpenDocument; offset: number } {
  const { text, offset } = cursorIn(marked);
  return { document: openWorkers(text, world), offset };
}

function applyTo(document: OpenDocument, edits: readonly TextEdit[]): string {
  return TextDocument.applyEdits(TextDocument.create('x:', '', 0, document.places.getText()), [...edits]);
}

function editsFor(edit: WorkspaceEdit, uri: string): TextEdit[] {
  return edit.changes?.[uri] ?? [];
}

describe('navigation', () => {
  it('goes from a dependency to its worker, and from a package reference to the manifest', () => {
    const dependency = at(file.replace('[api]', '[a|pi]'));
    assert.deepEqual(
      definition(dependency.document, dependency.offset, []).map(({ range }) => range.start),
      [{ line: 1, character: 8 }],
    );
    const reference = at(file.replace('tools:^1', 'to|ols:^1'));
    const [found] = definition(reference.document, reference.offset, [openManifest(manifest, world)]);
    assert.equal(found?.uri, 'file:///work/package.yaml');
    assert.deepEqual(found.range, { start: { line: 0, character: 6 }, end: { line: 0, character: 11 } });
  });

  it('finds every mention', () => {
    const { document, offset } = at(file.replace('id: api', 'id: a|pi'));
    assert.equal(references(document, offset, [], true).length, 2);
    assert.equal(references(document, offset, [], false).length, 1);
  });

  it('highlights a worker where it is declared and where it is waited for, from either place', () => {
    for (const marked of [file.replace('id: api', 'id: a|pi'), file.replace('[api]', '[ap|i]')]) {
      const { document, offset } = at(marked);
      assert.deepEqual(
        highlights(document, offset).map(({ range }) => document.places.getText(range)),
        ['api', 'api'],
      );
    }
    const { document, offset } = at(file.replace('workers:', 'wor|kers:'));
    assert.deepEqual(highlights(document, offset), []);
  });

  it('renames a worker wherever it is named', () => {
    const { document, offset } = at(file.replace('[api]', '[ap|i]'));
    assert.equal(prepareRename(document, offset)?.placeholder, 'api');
    const result = rename(document, offset, 'gateway', []);
    assert.ok('edit' in result);
    assert.equal(applyTo(document, editsFor(result.edit, document.uri)), file.replaceAll('api', 'gateway'));
    assert.deepEqual(rename(document, offset, 'db', []), { refused: 'There is a worker "db" already.' });
    assert.ok('refused' in rename(document, offset, 'a b', []));
  });

  it('renames within quotes, with CRLF and behind characters of two units, and leaves versions as they are', () => {
    const text = `workers:\r\n  - { group: "😀", id: 'db', type: process, package: 'tools:^1.0.0' } # 😀\r\n  - id: b\r\n    type: process\r\n    package: "tools"\r\n    depends_on: ["db", 'db']\r\n`;
    const quoted = openManifest(manifest.replace('name: tools', 'name: "tools"').replaceAll('\n', '\r\n'), world);
    const document = openWorkers(text, world);
    const worker = rename(document, text.indexOf("'db'") + 1, 'store', []);
    assert.ok('edit' in worker);
    assert.equal(applyTo(document, editsFor(worker.edit, document.uri)), text.replaceAll('db', 'store'));
    const found = rename(document, text.indexOf('tools') + 1, 'kit', [quoted]);
    assert.ok('edit' in found);
    assert.equal(applyTo(document, editsFor(found.edit, document.uri)), text.replaceAll('tools', 'kit'));
    const before = quoted.places.getText();
    assert.equal(applyTo(quoted, editsFor(found.edit, quoted.uri)), before.replace('"tools"', '"kit"'));
  });

  it('renames a package across files, from either side', () => {
    const own = openManifest(manifest, world);
    const workers = openWorkers(file, world);
    const result = rename(own, manifest.indexOf('tools'), 'kit', [workers]);
    assert.ok('edit' in result);
    assert.equal(applyTo(own, editsFor(result.edit, own.uri)), manifest.replace('tools', 'kit'));
    assert.equal(applyTo(workers, editsFor(result.edit, workers.uri)), file.replaceAll('tools', 'kit'));
  });

  it('lists workers by id', () => {
    const symbols = finish(documentSymbols(openWorkers(file, world)));
    assert.deepEqual(
      symbols.map(({ name, detail }) => `${name} ${detail ?? ''}`),
      ['api process', 'db process'],
    );
    assert.deepEqual(
      symbols.map(({ range }) => [range.start.line, range.end.line]),
      [
        [1, 3],
        [4, 7],
      ],
    );
    assert.deepEqual(
      finish(workspaceSymbols([openWorkers(file, world), openManifest(manifest, world)], 'tl')).map(({ name }) => name),
      ['tools'],
    );
  });

  it('tells what a key means, and a value', () => {
    const text = (marked: string) => {
      const { document, offset } = at(marked);
      return JSON.stringify(hover(document, offset)?.contents ?? null);
    };
    assert.match(text(file.replace('type', 'ty|pe')), /Where the worker runs/);
    assert.match(text(file.replace('type: process', 'type: pro|cess')), /process of its own/);
    assert.equal(text(file.replace('workers:\n', 'workers:\n# com|ment\n')), 'null');
  });

  it('folds and selects by structure', () => {
    const document = openWorkers(file, world);
    assert.deepEqual(
      finish(foldingRanges(document)).map(({ startLine, endLine }) => [startLine, endLine]),
      [
        [0, 7],
        [1, 3],
        [4, 7],
      ],
    );
    const [selection] = selectionRanges(document, [{ line: 3, character: 15 }]);
    const lines: number[] = [];
    for (let one = selection; one; one = one.parent) lines.push(one.range.end.line - one.range.start.line);
    assert.ok(lines.length >= 4 && lines[0] === 0 && lines.at(-1) === 8, JSON.stringify(lines));
  });

  it('shows the version that a range means, and links to files', () => {
    const document = openWorkers(`${file}    execution:\n      executable_path: bin/run\n`, world);
    const all = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
    assert.deepEqual(
      finish(inlayHints(document, all)).map(
        ({ label, position }) => `${position.line}: ${typeof label === 'string' ? label : ''}`,
      ),
      ['3: 1.2.3', '6: 1.2.3'],
    );
    assert.deepEqual(
      finish(documentLinks(document, (path) => `file://${path}`)).map(({ target }) => target),
      ['file:///work/bin/run'],
    );
  });

  it('tells meaning apart in colour', () => {
    const { data } = finish(semanticTokens(openWorkers(file, world)));
    const kinds: (string | undefined)[] = [];
    for (let index = 0; index < data.length; index += 5) kinds.push(tokenTypes[data[index + 3] ?? -1]);
    assert.deepEqual(kinds, [
      'class',
      'enumMember',
      'namespace',
      'number',
      'class',
      'enumMember',
      'namespace',
      'class',
    ]);
  });
});

describe('formatting', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    [
      'indentation',
      'workers:\n    -   id:  a\n        type:   process   \n        execution:\n              args:\n              - x\n',
      'workers:\n  - id: a\n    type: process\n    execution:\n      args:\n      - x\n',
    ],
    [
      'comments and line ends',
      'workers:\r\n   # first\r\n   - id: a # c  \r\n     type: process',
      'workers:\r\n  # first\r\n  - id: a # c\r\n    type: process\r\n',
    ],
    [
      'the text of block scalars',
      'workers:\n    - id: a\n      config:\n            text: |\n               one\n                 two\n',
      'workers:\n  - id: a\n    config:\n      text: |\n         one\n           two\n',
    ],
    [
      'what is not broken, in the column that the dash of the broken one has',
      'workers:\n    - id: "a\n    - id:   b\n',
      'workers:\n    - id: "a\n    - id: b\n',
    ],
    [
      'other keys',
      'master:\n    port:  1\nworkers:\n- id: a\nlog_collection:\n    enabled: true\n',
      'master:\n  port: 1\nworkers:\n- id: a\nlog_collection:\n  enabled: true\n',
    ],
  ];
  for (const [what, before, after] of cases) {
    it(`sets right ${what}`, () => {
      const document = openWorkers(before, world);
      assert.equal(applyTo(document, finish(formatting(document))), after);
      assert.deepEqual(finish(formatting(openWorkers(after, world))), []);
    });
  }
});

describe('code actions', () => {
  const titles = (marked: string, only?: string[]) => {
    const { document, offset } = at(marked);
    const position = document.places.positionAt(offset);
    return codeActions(document, { start: position, end: position }, only);
  };

  it('offers the remedies of the findings there, and silence', () => {
    const found = titles(file.replace('type: process', 'type: p|roces'), ['quickfix']);
    assert.deepEqual(
      found.map(({ title }) => title),
      ['Change to "process"', 'Silence HSU104 on this line'],
    );
  });

  it('fixes all at once', () => {
    const broken = file.replace('type: process', 'typ: process').replace('type: process', 'type: proces');
    const { document } = at(`|${broken}`);
    const [action] = titles(`|${broken}`, ['source.fixAll']);
    assert.ok(action?.edit);
    assert.equal(applyTo(document, editsFor(action.edit, document.uri)), file);
  });

  const toggled: readonly (readonly [title: string, before: string, after: string])[] = [
    ['Disable api', 'type: process\n', 'type: process\n    enabled: false\n'],
    ['Disable api', 'type: process\n    enabled: true # for now\n', 'type: process\n    enabled: false # for now\n'],
    ['Enable api', 'type: process\n    enabled: false # for now\n', 'type: process\n    enabled: true # for now\n'],
    ['Enable api', 'type: process\n    enabled: no\n', 'type: process\n    enabled: true\n'],
    ['Disable api', 'type: process\n    enabled: # yet\n', 'type: process\n    enabled: false # yet\n'],
    ['Disable api', 'type: process\n    enabled: ~ # yet\n', 'type: process\n    enabled: false # yet\n'],
  ];
  it('offers to disable a worker within brackets', () => {
    const text = 'workers:\n  - { id: "api|", type: process, group: x } # c\n';
    const { document } = at(text);
    const action = titles(text).find((one) => one.title === 'Disable api');
    assert.ok(action?.edit);
    assert.equal(
      applyTo(document, editsFor(action.edit, document.uri)),
      'workers:\n  - { id: "api", type: process, enabled: false, group: x } # c\n',
    );
  });

  for (const [title, before, after] of toggled) {
    it(`offers "${title}" of ${JSON.stringify(before)}`, () => {
      const marked = file.replace('id: api', 'id: |api').replace('type: process\n', before);
      const { document } = at(marked);
      const action = titles(marked).find((one) => one.title === title);
      assert.ok(action?.edit);
      assert.equal(applyTo(document, editsFor(action.edit, document.uri)), file.replace('type: process\n', after));
      const returns = at(marked.replaceAll('\n', '\r\n'));
      const position = returns.document.places.positionAt(returns.offset);
      const again = codeActions(returns.document, { start: position, end: position }, undefined);
      const { edit } = again.find((one) => one.title === title) ?? {};
      assert.ok(edit);
      assert.equal(
        applyTo(returns.document, editsFor(edit, returns.document.uri)),
        file.replace('type: process\n', after).replaceAll('\n', '\r\n'),
      );
    });
  }
});
