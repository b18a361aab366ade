import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import type { ApiWorker, HsuWorkersApi } from '../../client/api.ts';
import { extensionApi, workersWhen } from '../support/extension-api.ts';
import { findingsWhen } from '../support/findings-when.ts';
import { startYamlClient } from '../support/yaml-client.ts';

const manifest = `name: tools
version: 1.2
supported_types: [process]
process:
  executable_path: bin/run
  colour: red
`;
const workers = `workers:
  - id: one
    type: proces
  - id: two
    type: process
    colour: red
    execution:
      executable_path: "node
`;
/** Of hpack, which has its own package.yaml. */
const foreign = 'name: thing\nversion: 0.1\nlibrary:\n  source-dirs: [src\n';

/** The real yaml-language-server serves the documents that redhat.vscode-yaml serves. */
describe('beside another YAML extension', () => {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  const root = vscode.Uri.joinPath(folder.uri, 'beside');
  const file = (...names: string[]) => vscode.Uri.joinPath(root, ...names);
  const isBelow = (worker: ApiWorker) => worker.file.startsWith(root.fsPath);
  const write = (uri: vscode.Uri, text: string) => vscode.workspace.fs.writeFile(uri, Buffer.from(text));

  let api: HsuWorkersApi;
  before(async () => {
    api = await extensionApi();
  });

  const schemas = {
    [path.join(ROOT_FOLDER, 'schemas', 'workers.schema.json')]: ['workers.yaml', 'workers-*.yaml', 'proof.yaml'],
    [path.join(ROOT_FOLDER, 'schemas', 'package.schema.json')]: ['package.yaml'],
  };
  for (const [name, associated] of [
    ['without our schemas', {}],
    ['with our schemas for the names of our files', schemas],
  ] as const) {
    describe(name, () => {
      let stop: () => Promise<void>;
      before(async () => {
        await write(file('proof.yaml'), workers);
        await write(file('workers.yaml'), workers);
        await write(file('workers-dev.yaml'), workers);
        await write(file('ours', 'package.yaml'), manifest);
        await write(file('other', 'package.yaml'), foreign);
        // The other server may still tell of a document that was taken from it while it was reading it.
        for (const names of [['workers-dev.yaml'], ['ours', 'package.yaml']])
          await languageWhen(file(...names), /^hsu-/);
        await workersWhen(api, (known) => known.some(isBelow));
        stop = await startYamlClient(associated);
      });
      after(async () => {
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        await stop();
        await vscode.workspace.fs.delete(root, { recursive: true });
        // The suites after this one count the workers of the window.
        await workersWhen(api, (known) => !known.some(isBelow));
      });

      for (const [names, text, key, next] of [
        [['workers.yaml'], workers, 'type', 'colour'],
        [['workers-dev.yaml'], workers, 'type', 'colour'],
        [['ours', 'package.yaml'], manifest, 'executable_path', 'version'],
      ] as const) {
        it(`everything in ${names.join('/')} appears once`, async () => {
          const uri = file(...names);
          const document = await shown(uri);
          const position = document.positionAt(text.indexOf(key));
          // What the other server has to say of a file like this one shows that it has had its time for this one too.
          const proof = await shown(file('proof.yaml'));
          const others = await findingsWhen(proof.uri, (found) => found.length > 0);
          assert.ok(others.every(({ source }) => source !== 'hsu'));

          const findings = await findingsWhen(uri, (found) => found.length > 1);
          assert.deepEqual([...new Set(findings.map(({ source }) => source))], ['hsu']);
          assertOnce(findings.map(({ range, message }) => `${range.start.line} ${message}`));
          assert.equal((await hovers(uri, position)).length, 1);
          const labels = await completions(uri, document.positionAt(text.indexOf(next)));
          assert.ok(labels.length > 1);
          assertOnce(labels);
          const symbols = await symbolsOf(uri);
          assert.ok(symbols.length > 1);
          assertOnce(symbols);
        });
      }

      it("another tool's package.yaml is left to the other extension", async () => {
        const uri = file('other', 'package.yaml');
        const document = await shown(uri);
        const findings = await findingsWhen(uri, (found) => found.length > 0);
        assert.ok(findings.every(({ source }) => source !== 'hsu'));
        assert.equal(document.languageId, 'yaml');
        assertOnce(await symbolsOf(uri));
        const about = await hovers(uri, document.positionAt(0));
        assert.equal(about.length, Object.keys(associated).length > 0 ? 1 : 0);
      });
    });
  }
});

async function shown(uri: vscode.Uri): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, { preview: false });
  return document;
}

/** Opens a document, and waits until it has the language. */
async function languageWhen(uri: vscode.Uri, language: RegExp): Promise<void> {
  const changed = new Promise<void>((resolve) => {
    const listening = vscode.workspace.onDidOpenTextDocument((document) => {
      if (document.uri.toString() !== uri.toString() || !language.test(document.languageId)) return;
      listening.dispose();
      resolve();
    });
  });
  const { languageId } = await shown(uri);
  if (!language.test(languageId)) await changed;
}

function hovers(uri: vscode.Uri, position: vscode.Position): Thenable<vscode.Hover[]> {
  return vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', uri, position);
}

async function completions(uri: vscode.Uri, position: vscode.Position): Promise<string[]> {
  const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
    'vscode.executeCompletionItemProvider',
    uri,
    position,
  );
  return items.map(({ label }) => (typeof label === 'string' ? label : label.label));
}

/** Paths of all symbols, each with the line it stands in. */
async function symbolsOf(uri: vscode.Uri): Promise<string[]> {
  const found = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
    'vscode.executeDocumentSymbolProvider',
    uri,
  );
  const paths = ({ name, range, children }: vscode.DocumentSymbol): string[] => [
    `${range.start.line} ${name}`,
    ...children.flatMap(paths),
  ];
  return found.flatMap(paths);
}

function assertOnce(names: readonly string[]): void {
  assert.deepEqual([...new Set(names)], names);
}
