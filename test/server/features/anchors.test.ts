import assert from 'node:assert/strict';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { codeActions } from '../../../server/features/code-actions.ts';
import { completion } from '../../../server/features/completion.ts';
import { hover } from '../../../server/features/hover.ts';
import { prepareRename, rename } from '../../../server/features/navigation.ts';
import { memoryWorld } from '../../support/memory-world.ts';
import { cursorIn, openManifest, openWorkers, workersUri } from '../../support/open-document.ts';

const world = memoryWorld({ '/work/bin/run': { executable: true } });

const first = 'workers:\n  - id: a\n    type: process\n    execution: { executable_path: bin/run }\n';
const base = 'x-base: &base\n  type: process\n  execution: { executable_path: bin/run }\n  start_timeout: 5s\n';
const merging = (lines: string) => `${base}workers:\n  - <<: *base\n    id: a\n${lines}`;
const aliased = (lines: string) =>
  `x-worker: &worker\n  id: a\n  type: process\n  execution: { executable_path: bin/run }\nworkers:\n${lines}`;
const waiting = '  - id: b\n    type: process\n    depends_on: [a]\n    execution: { executable_path: bin/run }\n';

describe('a second document', () => {
  const places = ['workers:\n  - id: b\n    |\n', 'workers:\n  - id: b\n    ty|pe: |process\n', '|\n', 'mas|ter:\n'];
  for (const [name, before] of [
    ['', first],
    [' behind anchors', merging('')],
    [' behind an end', `${first}...\n`],
  ] as const) {
    it(`offers and tells nothing, for it is not read${name}`, () => {
      for (const place of places) {
        const { document, offset } = at(`${before}---\n${place.replace(/\|(?=.*\|)/s, '')}`);
        assert.deepEqual(completion(document, offset, { snippets: false }), [], place);
        assert.equal(hover(document, offset), null, place);
        assert.equal(prepareRename(document, offset), null, place);
      }
    });
  }

  it('is no obstacle in the first one, whatever the items are read with', () => {
    for (const text of [first, merging('')]) {
      const { document, offset } = at(`${text.replace('id: a', 'id: a|')}---\nworkers:\n  - id: a\n`);
      assert.ok(hover(document, offset));
      assert.equal(renamed(document, offset, 'c'), `${text.replace('id: a', 'id: c')}---\nworkers:\n  - id: a\n`);
      assert.deepEqual(
        document.workers.problems.map(({ code, start }) => [code, start]),
        [['HSU003', text.length]],
      );
    }
  });

  it('is not what a mark before the first one begins', () => {
    for (const before of ['---\n', '# mine\n---\n', '%YAML 1.2\n---\n']) {
      for (const text of [first, merging('')]) {
        const { document, offset } = at(`${before}${text}    |\n`);
        const labels = completion(document, offset, { snippets: false }).map(({ label }) => label);
        assert.ok(labels.includes('group'), before);
        assert.deepEqual(document.workers.problems, [], before);
      }
    }
  });
});

describe('a merge key', () => {
  const offered = (marked: string) => {
    const { document, offset } = at(marked);
    return completion(document, offset, { snippets: false }).sort((a, b) =>
      (a.sortText ?? '') < (b.sortText ?? '') ? -1 : 1,
    );
  };

  it('brings keys that are offered last, as what overrides it', () => {
    const items = offered(merging('    |\n'));
    assert.deepEqual(
      items.slice(-3).map(({ label, detail }) => [label, detail]),
      [
        ['type', 'overrides process'],
        ['execution', 'overrides {"executable_path":"bin/run"}'],
        ['start_timeout', 'overrides 5s'],
      ],
    );
    assert.equal(items.filter(({ detail }) => detail?.startsWith('overrides')).length, 3);
  });

  it('tells which keys have a use, for the type may come with it', () => {
    const labels = offered(merging('    |\n')).map(({ label }) => label);
    assert.ok(labels.includes('limits') && !labels.includes('module'), labels.join());
    const own = offered(merging('    type: module\n    |\n')).map(({ label }) => label);
    assert.ok(own.includes('module') && !own.includes('limits') && !own.includes('type'), own.join());
  });

  it('does not offer again what is written in the worker itself', () => {
    const labels = offered(merging('    start_timeout: 1s\n    |\n')).map(({ label }) => label);
    assert.ok(!labels.includes('start_timeout') && labels.includes('execution'));
  });

  it('leaves values as they are offered anywhere', () => {
    const values = (text: string) => offered(text).map(({ label }) => label);
    assert.deepEqual(
      values(merging('    restart: |\n')),
      values('workers:\n  - id: a\n    type: process\n    restart: |\n'),
    );
    assert.deepEqual(values(merging('    type: |\n')), ['process', 'module']);
  });

  it('is told as the origin of what it brings, and by what it brings', () => {
    const table = told(merging('').replace('id: a', 'id: |a'));
    assert.match(table, /\| start_timeout \| `5s` \| this file, by a merge key \|/);
    assert.match(table, /\| type \| `process` \| this file, by a merge key \|/);
    assert.match(table, /\| graceful_timeout \| `20s` \| the default \|/);
    const overridden = told(merging('    start_timeout: 7s\n').replace('id: a', 'id: |a'));
    assert.match(overridden, /\| start_timeout \| `7s` \| this file \|/);
    for (const marked of [merging('').replace('<<', '<|<'), merging('').replace('*base', '*b|ase')]) {
      assert.match(told(marked), /^Brings `type`, `execution`, `start_timeout` into this worker\./);
    }
  });

  it('leaves the id to be renamed, unless it brings that too', () => {
    const { document, offset } = at(merging(waiting).replace('id: a', 'id: |a'));
    assert.equal(renamed(document, offset, 'c'), merging(waiting).replace('id: a', 'id: c').replace('[a]', '[c]'));
    const brought = at(aliased(`  - <<: *worker\n${waiting}`).replace('[a]', '[|a]'));
    assert.match(
      refusal(brought, 'c'),
      /^"a" comes from \*worker, which other places may use: change it at its anchor/,
    );
  });
});

describe('completion behind a *', () => {
  const anchors = '# &no one\nx-a: &first\n  # why\n  type: process\nx-b: &list [1, 2]\nx-c: &first 5s # c\n';
  const own = 'name: tools\nversion: 1.0.0\nx: &run bin/run\n';
  const behind = 'workers:\n  - id: b\n    env: &later {}\n';

  for (const place of ['start_timeout: *|', 'start_timeout: *fi|', 'depends_on: [*|]', '<<: *|', '<<: *fi|r # x']) {
    it(`offers the anchors above it, the nearest first: ${place}`, () => {
      const { document, offset } = at(`${anchors}workers:\n  - id: a\n    ${place}\n${behind.slice(9)}`);
      const found = completion(document, offset, { snippets: false });
      assert.deepEqual(
        found.map(({ label, detail }) => [label, detail]),
        [
          ['first', '5s'],
          ['list', '[1, 2]'],
        ],
      );
      const [edit] = found.flatMap(({ textEdit }) => (textEdit && 'range' in textEdit ? [textEdit] : []));
      assert.ok(edit);
      const before = document.places.getText();
      const after = TextDocument.applyEdits(TextDocument.create(workersUri, 'yaml', 1, before), [edit]);
      assert.equal(after, before.replace(/\*(?:fir?)?(?=[\]\n ])/, '*first'));
    });
  }

  it('shows the first line of a block', () => {
    const { document, offset } = at('x: &base\n\n  # why\n  type: process\nworkers:\n  - <<: *|\n');
    assert.deepEqual(
      completion(document, offset, { snippets: false }).map(({ label, detail }) => [label, detail]),
      [['base', 'type: process']],
    );
  });

  it('works in a manifest', () => {
    const { text, offset } = cursorIn(`${own}process:\n  executable_path: *|\n`);
    assert.deepEqual(
      completion(openManifest(text, world), offset, { snippets: false }).map(({ label, detail }) => [label, detail]),
      [['run', 'bin/run']],
    );
  });
});

describe('aliases in a manifest', () => {
  const text = 'x: &name tools\ny: &no 1.2\nname: *name\nversion: *no\nprocess: { executable_path: bin/run }\n';

  it('are never written over by a fix', () => {
    const manifest = openManifest(text, world);
    const found = manifest.reading.problems.filter(({ start, end }) => text.slice(start, end) === '*no');
    assert.ok(found.length > 0, JSON.stringify(manifest.reading.problems));
    const everything = { start: { line: 0, character: 0 }, end: manifest.places.positionAt(text.length) };
    const edits = codeActions(manifest, everything, ['quickfix', 'source.fixAll']).flatMap(
      ({ edit }) => edit?.changes?.[manifest.uri] ?? [],
    );
    for (const { range } of edits) assert.doesNotMatch(manifest.places.getText(range), /^\*/);
  });

  it('are not renamed', () => {
    const manifest = openManifest(text, world);
    const offset = text.indexOf('*name') + 2;
    assert.equal(prepareRename(manifest, offset), null);
    const result = rename(manifest, offset, 'other', []);
    assert.match('refused' in result ? result.refused : '', /^"tools" comes from \*name/);
  });
});

describe('an aliased worker', () => {
  it('is told as its id is, and only anchors are offered in its place', () => {
    for (const [marked, offered] of [
      [aliased('  - *wor|ker\n'), ['worker']],
      [aliased('  - |*worker\n'), []],
    ] as const) {
      const { document, offset } = at(marked);
      const labels = completion(document, offset, { snippets: false }).map(({ label }) => label);
      assert.deepEqual(labels, offered);
      assert.match(told(marked), /\| execution\.executable_path \| `\/work\/bin\/run` \| this file \|/);
    }
  });

  it('is not renamed, for the alias would be lost', () => {
    const alias = at(aliased(`  - *wor|ker\n${waiting}`));
    assert.equal(prepareRename(alias.document, alias.offset), null);
    for (const one of [alias, at(aliased(`  - *worker\n${waiting}`).replace('[a]', '[|a]'))]) {
      assert.match(refusal(one, 'c'), /^"a" comes from \*worker/);
    }
    const beside = at(aliased(`  - *worker\n${waiting}`).replace('id: b', 'id: |b'));
    assert.equal(
      renamed(beside.document, beside.offset, 'c'),
      aliased(`  - *worker\n${waiting}`).replace('id: b', 'id: c'),
    );
  });
});

describe('fixes beside aliases', () => {
  const faults = '  port: 80\n  start_timeout: 5 s\n  depends_on: [zz]\n';
  for (const [lines, codes] of [
    ['  - *worker\n  - *worker\n', ['HSU201', 'HSU203', 'HSU501', 'HSU506']],
    ['  - <<: *worker\n  - <<: *worker\n', ['HSU201', 'HSU203', 'HSU501', 'HSU506']],
  ] as const) {
    it(`never write over an alias: ${JSON.stringify(lines)}`, () => {
      const text = aliased(lines).replace('workers:', `${faults}workers:`);
      const document = openWorkers(text, world);
      assert.deepEqual([...new Set(document.workers.problems.map(({ code }) => code))].sort(), codes);
      const everything = { start: { line: 0, character: 0 }, end: document.places.positionAt(text.length) };
      const edits = codeActions(document, everything, ['quickfix', 'source.fixAll']).flatMap(
        ({ edit }) => edit?.changes?.[workersUri] ?? [],
      );
      assert.ok(edits.length > 0);
      for (const { range } of edits) assert.doesNotMatch(document.places.getText(range), /^\*/);
    });
  }
});

function at(marked: string) {
  const { text, offset } = cursorIn(marked);
  return { document: openWorkers(text, world), offset };
}

function told(marked: string): string {
  const { document, offset } = at(marked);
  const contents = hover(document, offset)?.contents;
  assert.ok(contents && typeof contents === 'object' && 'value' in contents);
  return contents.value;
}

function renamed(document: ReturnType<typeof openWorkers>, offset: number, name: string): string {
  const result = rename(document, offset, name, []);
  assert.ok('edit' in result, JSON.stringify(result));
  const edits = result.edit.changes?.[workersUri] ?? [];
  return TextDocument.applyEdits(TextDocument.create(workersUri, 'yaml', 1, document.workers.text), edits);
}

function refusal({ document, offset }: ReturnType<typeof at>, name: string): string {
  const result = rename(document, offset, name, []);
  assert.ok('refused' in result, JSON.stringify(result));
  return result.refused;
}
