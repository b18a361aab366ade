import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { TextEdit } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { LanguageClient } from '../support/language-client.ts';
import { failedSnapshot, snapshot } from '../support/snapshot.ts';

const pulling = { textDocument: { diagnostic: {} }, workspace: { diagnostics: { refreshSupport: true } } };
const manifest =
  'name: data-processor\nversion: 1.2.3\nprocess:\n  executable_path: bin/run\nsupported_types: [process]\n';
const workers = `workers:
  - id: one
    type: process
    package: data-processor:1.2.3
  - id: two
    type: process
    package: data-processer:1.2.3
`;

describe('language server', () => {
  let folder: string;
  let client: LanguageClient;
  const uriOf = (name: string) => pathToFileURL(path.join(folder, name)).href;

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'hsu-language-'));
    writeFileSync(path.join(folder, 'package.yaml'), manifest);
    mkdirSync(path.join(folder, 'bin'));
    writeFileSync(path.join(folder, 'bin/run'), '#!/bin/sh\n', { mode: 0o755 });
    client = new LanguageClient();
  });
  afterEach(() => {
    client.dispose();
    rmSync(folder, { recursive: true });
  });

  it('is asked for findings, and says when they are unchanged', async () => {
    await client.initialize(pulling);
    const uri = uriOf('workers.yaml');
    await client.open(uri, workers);
    const report = await client.pull(uri);
    assert.equal(report.kind, 'full');
    assert.deepEqual(
      report.items.map(({ code, range, message }) => [code, range.start.line, range.start.character, message]),
      [['HSU301', 6, 13, 'There is no package "data-processer": did you mean "data-processor"?']],
    );
    assert.equal((await client.pull(uri, report.resultId)).kind, 'unchanged');
    await client.change(uri, 2, [
      { range: { start: { line: 6, character: 25 }, end: { line: 6, character: 27 } }, text: 'or' },
    ]);
    const mended = await client.pull(uri, report.resultId);
    assert.deepEqual(mended.kind === 'full' && mended.items, []);
  });

  it('offers every version of what was installed from a repository, and the entry points of the one that is named', async () => {
    for (const version of ['1.9.0', '1.10.0']) {
      const installed = path.join(folder, 'packages', 'tools', version);
      mkdirSync(installed, { recursive: true });
      const text = `name: tools\nversion: ${version}\nsupported_types: [module]\nmodule: {module_path: m.mjs, entry_point: make}\n`;
      writeFileSync(path.join(installed, 'package.yaml'), text);
      const added = version === '1.10.0' ? 'export const added = () => ({});\n' : '';
      writeFileSync(path.join(installed, 'm.mjs'), `export const make = () => ({});\n${added}`);
    }
    await client.initialize(pulling);
    const uri = uriOf('workers.yaml');
    const lines = (version: string) =>
      `workers:\n  - id: a\n    type: module\n    package: tools:${version}\n    module:\n      entry_point: \n`;
    await client.open(uri, lines('1.10.0'));
    const labels = async (line: number, character: number) =>
      (await client.complete(uri, line, character)).map(({ label }) => label);
    const packages = (await labels(3, 13)).filter((label) => label.startsWith('tools:'));
    assert.deepEqual(packages, ['tools:1.10.0', 'tools:1.9.0']);
    assert.deepEqual(await labels(5, 19), ['make', 'added']);
    await client.change(uri, 2, [{ text: lines('1.9.0') }]);
    assert.deepEqual(await labels(5, 19), ['make']);
  });

  it('publishes findings to an editor that does not ask', async () => {
    await client.initialize({});
    const uri = uriOf('workers.yaml');
    const first = client.pushed(uri);
    await client.open(uri, workers);
    assert.deepEqual(
      (await first).map(({ code }) => code),
      ['HSU301'],
    );
    const second = client.pushed(uri, 2);
    await client.change(uri, 2, [{ text: 'workers:\n  - id: one\n    typ: process\n' }]);
    assert.deepEqual((await second).map(({ code }) => code).sort(), ['HSU101', 'HSU102']);
  });

  it('completes packages that are found beside the file', async () => {
    await client.initialize(pulling);
    const uri = uriOf('workers.yaml');
    await client.open(uri, workers);
    await client.pull(uri);
    const items = await client.complete(uri, 3, 13);
    assert.deepEqual(
      items.map(({ label }) => label),
      ['data-processor:1.2.3'],
    );
  });

  it("says nothing of another tool's package.yaml", async () => {
    await client.initialize(pulling);
    const uri = uriOf('other/package.yaml');
    await client.open(uri, 'name: hpack-project\nversion: 0.1.0\nlibrary:\n  source-dirs: src\n');
    const report = await client.pull(uri);
    assert.deepEqual(report.kind === 'full' && report.items, []);
    assert.deepEqual(await client.complete(uri, 3, 2), []);
  });

  it('shows what can be done above each worker, and the state once it is told', async () => {
    await client.initialize(pulling);
    const uri = uriOf('workers.yaml');
    await client.open(uri, `# - id: comment\n${workers}`);
    const titles = async () =>
      (await client.lenses(uri)).map(({ range, command }) => `${range.start.line}: ${command?.title ?? ''}`);
    assert.deepEqual(await titles(), ['2: Start', '2: Switch to module', '5: Start', '5: Switch to module']);
    const failed = failedSnapshot('Worker "one" ended with code 1.', {
      id: 'one',
      type: 'process',
      isolation: 'process',
    });
    await client.connection.sendNotification('hsu/workerSnapshots', { uri, workers: [failed] });
    assert.deepEqual((await titles()).slice(0, 6), [
      '2: ✕ failed',
      '2: Start',
      '2: Switch to module',
      '2: Debug',
      '2: Logs',
      '5: Start',
    ]);
    const report = await client.pull(uri);
    assert.ok(
      report.kind === 'full' && report.items.some(({ code, range }) => code === 'exited' && range.start.line === 2),
    );
  });

  it('names the other way by the overlay that it is told of, open or not, and says when that changes', async () => {
    await client.initialize({ ...pulling, workspace: { codeLens: { refreshSupport: true } } });
    const [uri, overlay] = [uriOf('workers.yaml'), uriOf('workers.staging.yaml')];
    const refreshed = () =>
      new Promise<void>((resolve) => {
        client.connection.onRequest('workspace/codeLens/refresh', () => {
          resolve();
          return null;
        });
      });
    const switches = async () =>
      (await client.lenses(uri))
        .map(({ command }) => command?.title ?? '')
        .filter((title) => title.startsWith('Switch'));
    const written = 'workers:\n  - id: two\n    type: module\n';
    writeFileSync(path.join(folder, 'workers.staging.yaml'), written);
    await client.open(uri, workers);
    assert.deepEqual(await switches(), ['Switch to module', 'Switch to module']);

    let news = refreshed();
    await client.connection.sendNotification('hsu/overlay', { uri, overlay });
    await news;
    assert.deepEqual(await switches(), ['Switch to module', 'Switch to process']);

    news = refreshed();
    await client.open(overlay, written);
    await client.change(overlay, 2, [{ text: written.replace('two', 'one') }]);
    await news;
    assert.deepEqual(await switches(), ['Switch to process', 'Switch to module']);

    await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri: overlay } });
    rmSync(path.join(folder, 'workers.staging.yaml'));
    news = refreshed();
    const changes = [{ uri: overlay, type: 3 }];
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
    await news;
    assert.deepEqual(await switches(), ['Switch to module', 'Switch to module']);

    await client.open(overlay, written);
    news = refreshed();
    await client.connection.sendNotification('hsu/overlay', { uri, overlay: null });
    await news;
    assert.deepEqual(await switches(), ['Switch to module', 'Switch to module']);
  });

  it('tells the live states in an overlay too, in force or not, and its failures in the file below alone', async () => {
    await client.initialize({ ...pulling, workspace: { codeLens: { refreshSupport: true } } });
    const refreshed = () =>
      new Promise<void>((resolve) => {
        client.connection.onRequest('workspace/codeLens/refresh', () => {
          resolve();
          return null;
        });
      });
    const [uri, overlay] = [uriOf('workers.yaml'), uriOf('workers.staging.yaml')];
    const titles = async () => (await client.lenses(overlay)).map(({ command }) => command?.title);
    await client.open(overlay, 'workers:\n  - id: two\n    type: module\n');
    assert.deepEqual(await titles(), ['Start', 'Switch to process']);

    const tell = async (...told: readonly ReturnType<typeof snapshot>[]) => {
      const news = refreshed();
      await client.connection.sendNotification('hsu/workerSnapshots', { uri, workers: told });
      await news;
    };
    await tell(snapshot({ id: 'one' }), snapshot({ id: 'two' }));
    assert.deepEqual(await titles(), ['✓ running', 'Stop', 'Restart', 'Debug', 'Logs']);

    const news = refreshed();
    await client.connection.sendNotification('hsu/overlay', { uri, overlay });
    await news;
    await tell(failedSnapshot('two ended with code 1.', { id: 'two' }));
    assert.deepEqual(await titles(), ['✕ failed', 'Start', 'Switch to process', 'Debug', 'Logs']);
    const report = await client.pull(overlay);
    assert.ok(report.kind === 'full' && report.items.every(({ code }) => code !== 'exited'));
  });

  it('has asked for anew only what shows the news', async () => {
    const workspace = { codeLens: { refreshSupport: true }, inlayHint: { refreshSupport: true } };
    await client.initialize({ ...pulling, workspace: { ...workspace, diagnostics: { refreshSupport: true } } });
    const asked: string[] = [];
    let heard = () => {};
    for (const what of ['codeLens', 'inlayHint', 'diagnostic']) {
      client.connection.onRequest(`workspace/${what}/refresh`, () => {
        asked.push(what);
        heard();
        return null;
      });
    }
    const uri = uriOf('workers.yaml');
    await client.open(uri, workers);
    const resultOf = async () => (await client.pull(uri)).resultId;
    // What the file names is looked up, which is news too.
    await resultOf();
    asked.length = 0;
    /** What is asked for anew until `last` is, in the order in which it is asked for. */
    const askedAfter = async (last: string, news: object) => {
      const done = new Promise<void>((resolve) => {
        heard = () => (asked.at(-1) === last ? resolve() : undefined);
      });
      await client.connection.sendNotification('hsu/workerSnapshots', { uri, ...news });
      await done;
      return asked.splice(0);
    };
    const up = snapshot({ id: 'one', type: 'process', isolation: 'process' });
    const address = { name: 'http', type: 'url', address: 'http://127.0.0.1:9', origin: 'registered' } as const;
    assert.deepEqual(await askedAfter('inlayHint', { workers: [up, snapshot({ id: 'two' })] }), [
      'codeLens',
      'inlayHint',
    ]);
    const known = await resultOf();
    const busy = { ...up, resources: { cpu_percent: 7, rss_bytes: 1, heap_bytes: 1 } };
    await client.connection.sendNotification('hsu/workerSnapshots', { uri, changed: [busy] });
    assert.deepEqual(await askedAfter('inlayHint', { changed: [{ ...busy, endpoints: [address] }] }), ['inlayHint']);
    assert.deepEqual(await askedAfter('codeLens', { changed: [{ ...busy, endpoints: [address], held: true }] }), [
      'codeLens',
    ]);
    assert.equal(await resultOf(), known);
    const failed = failedSnapshot('Worker "one" ended with code 1.', { id: 'one', type: 'process' });
    const all = ['diagnostic', 'codeLens', 'inlayHint'];
    assert.deepEqual(await askedAfter('inlayHint', { changed: [failed] }), all);
    assert.notEqual(await resultOf(), known);
    // A master that is gone takes along what it said.
    assert.deepEqual(await askedAfter('codeLens', { workers: null }), ['diagnostic', 'codeLens']);
  });

  it('tells the lenses of a workers file in few words to whom asks so', async () => {
    await client.initialize(pulling);
    const uri = uriOf('workers.yaml');
    const ask = () => client.connection.sendRequest('hsu/workerLenses', { uri });
    assert.deepEqual(await ask(), { rows: [], workers: [] });
    await client.open(uri, workers);
    const start = { title: 'Start', command: 'hsu.worker.start' };
    const other = { title: 'Switch to module', command: 'hsu.worker.switchDeployment' };
    assert.deepEqual(await ask(), {
      rows: [[start, other]],
      workers: [
        [1, 'one', 0],
        [4, 'two', 0],
      ],
    });
  });

  it('formats the line that was just ended, and no other', async () => {
    await client.initialize(pulling);
    const uri = uriOf('workers.yaml');
    const lines = ['workers:', '    - id:   one', '      type:   process  ', '', '      port:   80', ''];
    const ask = (line: number) =>
      client.connection.sendRequest<TextEdit[]>('textDocument/onTypeFormatting', {
        textDocument: { uri },
        position: { line, character: 6 },
        ch: '\n',
        options: { tabSize: 2, insertSpaces: true },
      });
    for (const end of ['\n', '\r\n']) {
      const text = lines.join(end);
      await client.open(uri, text);
      const edits = await ask(3);
      assert.deepEqual([...new Set(edits.flatMap(({ range }) => [range.start.line, range.end.line]))], [2]);
      const formatted = TextDocument.applyEdits(TextDocument.create(uri, 'yaml', 1, text), edits);
      assert.equal(formatted, text.replace('type:   process  ', 'type: process'));
      // Within a text that is no YAML yet there is nothing to set right.
      await client.change(uri, 2, [{ text: ['workers:', '  - id: "one', ''].join(end) }]);
      assert.deepEqual(await ask(2), []);
    }
  });

  it('answers over every kind of file without failing', async () => {
    await client.initialize(pulling);
    const texts = [
      '',
      '\0\u0001binary',
      'workers: [',
      '- - -',
      'workers:\n\t- id: x',
      'a'.repeat(100_000),
      'workers:\n  - id: "x\n  - id: y\n',
    ];
    for (const [index, text] of texts.entries()) {
      const uri = uriOf(`workers.${index}.yaml`);
      await client.open(uri, text);
      const report = await client.pull(uri);
      assert.ok(report.kind === 'full' && report.items.length > 0, JSON.stringify(text.slice(0, 40)));
      await client.complete(uri, 0, 3);
      await client.lenses(uri);
    }
  });
});
