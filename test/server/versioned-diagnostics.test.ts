import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Diagnostic } from 'vscode-languageserver';
import { LanguageClient } from '../support/language-client.ts';
import { failedSnapshot } from '../support/snapshot.ts';

const pulling = { textDocument: { diagnostic: {} }, workspace: { diagnostics: { refreshSupport: true } } };

interface Published {
  readonly uri: string;
  readonly version?: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** A file whose one finding names the version of its text. */
const textOf = (version: number) => `workers:\n  - id: a\n    type: process\n    package: p\n    v${version}: 1\n`;
const lineOf = { start: { line: 4, character: 0 }, end: { line: 5, character: 0 } };
const namedIn = (found: readonly Diagnostic[]) =>
  found.flatMap(({ code, message }) =>
    code === 'HSU101' && typeof message === 'string' ? [/"(v\d+)"/.exec(message)?.[1]] : [],
  );

describe('findings and the version they are about', () => {
  let folder: string;
  let uri: string;
  let client: LanguageClient;

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'hsu-versions-'));
    writeFileSync(path.join(folder, 'package.yaml'), 'name: p\nversion: 1.0.0\nprocess: {executable_path: r}\n');
    uri = pathToFileURL(path.join(folder, 'workers.yaml')).href;
    client = new LanguageClient();
  });
  afterEach(() => {
    client.dispose();
    rmSync(folder, { recursive: true });
  });

  /** Everything published until the findings of a version are. */
  function publishedUntil(last: number): Promise<readonly Published[]> {
    const all: Published[] = [];
    return new Promise((resolve) => {
      client.connection.onNotification('textDocument/publishDiagnostics', (one: Published) => {
        all.push(one);
        if (one.version === last) resolve(all);
      });
    });
  }

  it('are published with it, never those of an older text with a newer version, and those of the last one at the end', async () => {
    await client.initialize({});
    const all = publishedUntil(40);
    await client.open(uri, textOf(1));
    for (let version = 2; version <= 40; version++) {
      const text = version % 3 === 0 ? textOf(version) : `    v${version}: 1\n`;
      await client.change(uri, version, [version % 3 === 0 ? { text } : { range: lineOf, text }]);
      // In between the server is busy with one of them.
      if (version % 7 === 0) await client.connection.sendRequest('workspace/symbol', { query: '' });
    }
    const published = await all;
    for (const { version, diagnostics } of published) assert.deepEqual(namedIn(diagnostics), [`v${version}`]);
    const versions = published.map(({ version = 0 }) => version);
    assert.deepEqual(
      versions,
      versions.toSorted((a, b) => a - b),
    );
  });

  it('are taken back when a document is closed, whatever is still being looked for', async () => {
    await client.initialize({});
    let shown: readonly Diagnostic[] = [];
    client.connection.onNotification('textDocument/publishDiagnostics', (one: Published) => {
      if (one.uri === uri) shown = one.diagnostics;
    });
    for (let round = 0; round < 20; round++) {
      await client.open(uri, textOf(1));
      if (round % 2 === 0) await client.change(uri, 2, [{ text: textOf(2) }]);
      if (round % 3 === 0) await client.connection.sendRequest('workspace/symbol', { query: '' });
      await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
    }
    // The findings of another file come after all that was to be said of this one.
    const other = pathToFileURL(path.join(folder, 'workers.other.yaml')).href;
    const done = new Promise<void>((resolve) => {
      client.connection.onNotification('textDocument/publishDiagnostics', (one: Published) => {
        if (one.uri === uri) shown = one.diagnostics;
        if (one.uri === other) resolve();
      });
    });
    await client.open(other, textOf(1));
    await done;
    assert.deepEqual(shown, []);
  });

  it('have a result id: the same as long as nothing is new, another one with text, states, files, and a new beginning', async () => {
    await client.initialize(pulling);
    await client.open(uri, textOf(1));
    const ids = new Set<string>();
    /** Pulls with the id of before: news come with an id that was not there, and then there are none. */
    const news = async (): Promise<readonly Diagnostic[]> => {
      const report = await client.pull(uri, [...ids].at(-1));
      assert.ok(report.kind === 'full' && report.resultId !== undefined && !ids.has(report.resultId));
      ids.add(report.resultId);
      const again = await client.pull(uri, report.resultId);
      assert.deepEqual(again, { kind: 'unchanged', resultId: report.resultId });
      return report.items;
    };
    const codes = async () => (await news()).map(({ code }) => code);
    assert.deepEqual(namedIn(await news()), ['v1']);
    await client.change(uri, 2, [{ text: textOf(2) }]);
    assert.deepEqual(namedIn(await news()), ['v2']);

    const failed = failedSnapshot('a ended with code 1.', { id: 'a' });
    await client.connection.sendNotification('hsu/workerSnapshots', { uri, workers: [failed] });
    assert.ok((await codes()).includes('exited'));
    await client.connection.sendNotification('hsu/workerSnapshots', { uri, workers: null });
    assert.ok(!(await codes()).includes('exited'));

    const refreshed = new Promise<void>((resolve) => {
      client.connection.onRequest('workspace/diagnostic/refresh', () => {
        resolve();
        return null;
      });
    });
    rmSync(path.join(folder, 'package.yaml'));
    const changes = [{ uri: pathToFileURL(path.join(folder, 'package.yaml')).href, type: 3 }];
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
    await refreshed;
    assert.ok((await codes()).includes('HSU301'));

    await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
    await client.open(uri, textOf(3));
    assert.deepEqual(namedIn(await news()), ['v3']);
    await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
    await client.open(uri, textOf(4));
    assert.deepEqual(namedIn(await news()), ['v4']);
  });
});
