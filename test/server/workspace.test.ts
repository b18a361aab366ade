import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Location, WorkspaceEdit, WorkspaceSymbol } from 'vscode-languageserver';
import { LanguageClient } from '../support/language-client.ts';
import { failedSnapshot, snapshot } from '../support/snapshot.ts';

const pulling = { textDocument: { diagnostic: {} }, workspace: { diagnostics: { refreshSupport: true } } };
const manifest = 'name: tools\nversion: 1.2.3\nprocess:\n  executable_path: bin/run\nsupported_types: [process]\n';
const good = 'workers:\n  - id: one\n    type: process\n    package: tools:1.2.3\n';
const bad = 'workers:\n  - id: two\n    type: process\n    package: tolls:1.2.3\n';

describe('files that no editor has open', () => {
  let folder: string;
  let client: LanguageClient;
  const uriOf = (name: string) => pathToFileURL(path.join(folder, name)).href;
  const write = (name: string, text: string, mode = 0o644) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text, { mode });
  };
  const told = (name: string, type: 1 | 2 | 3) =>
    client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: uriOf(name), type }] });

  beforeEach(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'hsu-workspace-'));
    write('package.yaml', manifest);
    write('bin/run', '#!/bin/sh\n', 0o755);
    write('workers.yaml', good);
    write('deep/er/workers.yaml', bad);
    write('node_modules/x/workers.yaml', bad);
    write('hpack/package.yaml', 'name: other\nversion: 1\nlibrary:\n  source-dirs: src\n');
    client = new LanguageClient();
    await client.initialize(pulling, pathToFileURL(folder).href);
  });
  afterEach(() => {
    client.dispose();
    rmSync(folder, { recursive: true });
  });

  it('are told with their findings, and not again until one changes', async () => {
    const { items } = await client.pullWorkspace();
    assert.deepEqual(
      items.map((one) => [one.uri, one.kind === 'full' && one.items.map(({ code }) => code)]),
      [[uriOf('deep/er/workers.yaml'), ['HSU301']]],
    );
    const previous = items.map(({ uri, resultId = '' }) => ({ uri, value: resultId }));
    let answered = false;
    const held = client.pullWorkspace(previous).finally(() => (answered = true));
    // Requests are answered in order unless one waits: this answer comes after the other could have.
    await client.connection.sendRequest('workspace/symbol', { query: '' });
    assert.equal(answered, false);
    write('workers.yaml', bad.replace('two', 'three') + '    colour: red\n');
    await told('workers.yaml', 2);
    const news = await held;
    assert.deepEqual(
      news.items.map((one) => [one.uri, one.kind, one.kind === 'full' && one.items.map(({ code }) => code)]),
      [
        [uriOf('deep/er/workers.yaml'), 'unchanged', false],
        [uriOf('workers.yaml'), 'full', ['HSU301', 'HSU101']],
      ],
    );
  });

  it('are told with what failed of them: at its id, in an overlay in force where that alone has the worker', async () => {
    rmSync(path.join(folder, 'deep'), { recursive: true });
    write('workers.development.yaml', 'workers:\n  - id: one\n    tags: [a]\n  - id: extra\n    type: process\n');
    const [uri, overlay] = [uriOf('workers.yaml'), uriOf('workers.development.yaml')];
    const failures = async (previous: readonly { uri: string; value: string }[] = []) => {
      const { items } = await client.pullWorkspace(previous);
      return items.flatMap((one) =>
        one.kind === 'full'
          ? one.items.flatMap(({ code, message, range }) =>
              code === 'exited' ? [[path.basename(one.uri), range.start.line, message]] : [],
            )
          : [],
      );
    };
    const fail = (...ids: readonly string[]) =>
      client.connection.sendNotification('hsu/workerSnapshots', {
        uri,
        workers: ids.map((id) => failedSnapshot(`${id} ended with code 1.`, { id })),
      });
    await client.connection.sendNotification('hsu/workerSnapshots', { uri, workers: [snapshot({ id: 'one' })] });
    await client.connection.sendNotification('hsu/overlay', { uri, overlay });
    assert.deepEqual(await failures(), []);
    await fail('one', 'extra');
    const both = [
      ['workers.development.yaml', 3, 'extra ended with code 1.'],
      ['workers.yaml', 1, 'one ended with code 1.'],
    ];
    assert.deepEqual(await failures(), both);
    await client.open(overlay, readFileSync(path.join(folder, 'workers.development.yaml'), 'utf8'));
    const open = await client.pull(overlay);
    assert.deepEqual(
      open.kind === 'full' && open.items.filter(({ code }) => code === 'exited').map(({ range }) => range.start.line),
      [3],
    );
    await fail('one');
    assert.deepEqual(await failures(), both.slice(1));
  });

  it('are forgotten when they are gone, and left to the editor while they are open', async () => {
    const { items } = await client.pullWorkspace();
    const previous = items.map(({ uri, resultId = '' }) => ({ uri, value: resultId }));
    rmSync(path.join(folder, 'deep'), { recursive: true });
    await told('deep/er/workers.yaml', 3);
    const gone = await client.pullWorkspace(previous);
    assert.deepEqual(gone.items, [{ kind: 'full', uri: uriOf('deep/er/workers.yaml'), version: null, items: [] }]);
    await client.open(uriOf('workers.yaml'), bad);
    const report = await client.pull(uriOf('workers.yaml'));
    assert.equal(report.kind === 'full' && report.items.length, 1);
  });

  it('take part in references and rename of a package', async () => {
    write('deep/er/workers.yaml', good.replace('one', 'two'));
    const uri = uriOf('workers.yaml');
    await client.open(uri, good);
    await client.pull(uri);
    const at = { textDocument: { uri }, position: { line: 3, character: 14 } };
    const edit: WorkspaceEdit = await client.connection.sendRequest('textDocument/rename', { ...at, newName: 'kit' });
    assert.deepEqual(Object.keys(edit.changes ?? {}).sort(), [
      uriOf('deep/er/workers.yaml'),
      uriOf('package.yaml'),
      uri,
    ]);
    const found: Location[] = await client.connection.sendRequest('textDocument/definition', at);
    assert.deepEqual(
      found.map((one) => [one.uri, one.range.start.line]),
      [[uriOf('package.yaml'), 0]],
    );
  });

  it('take part in references and rename of a worker where one is laid over the other', async () => {
    write('workers.dev.yaml', 'workers:\n  - id: one\n    port: 8080\n');
    const uri = uriOf('workers.yaml');
    await client.open(uri, `${good}  - id: two\n    type: process\n    package: tools\n    depends_on: [one]\n`);
    const at = { textDocument: { uri }, position: { line: 1, character: 9 } };
    const edit: WorkspaceEdit = await client.connection.sendRequest('textDocument/rename', { ...at, newName: 'uno' });
    assert.deepEqual(
      Object.entries(edit.changes ?? {}).map(([file, edits]) => [file, edits.map(({ range }) => range.start.line)]),
      [
        [uri, [1, 7]],
        [uriOf('workers.dev.yaml'), [1]],
      ],
    );
    await client.open(uriOf('workers.dev.yaml'), 'workers:\n  - id: one\n    port: 8080\n');
    const found: Location[] = await client.connection.sendRequest('textDocument/definition', {
      ...at,
      textDocument: { uri: uriOf('workers.dev.yaml') },
    });
    assert.deepEqual(
      found.map((one) => one.uri),
      [uri],
    );
  });

  it('count as users of a package', async () => {
    write('deep/er/workers.yaml', good.replace('one', 'two'));
    await client.open(uriOf('package.yaml'), manifest);
    const lenses = await client.lenses(uriOf('package.yaml'));
    assert.deepEqual(
      lenses.map(({ range, command }) => [range.start.line, command?.title]),
      [[0, 'used by 2 workers']],
    );
  });

  it('are found by the ids of their workers', async () => {
    const found: WorkspaceSymbol[] = await client.connection.sendRequest('workspace/symbol', { query: 'two' });
    assert.deepEqual(
      found.map(({ name, location }) => [name, location.uri]),
      [['two', uriOf('deep/er/workers.yaml')]],
    );
  });
});
