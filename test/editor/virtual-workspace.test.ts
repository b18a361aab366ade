import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { extensionApi } from '../support/extension-api.ts';
import { findingsWhen } from '../support/findings-when.ts';

/** One file that is on no disk. */
class OneFile implements vscode.FileSystemProvider {
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;
  readonly #content: Uint8Array;

  constructor(text: string) {
    this.#content = Buffer.from(text);
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const type = uri.path.endsWith('.yaml') ? vscode.FileType.File : vscode.FileType.Directory;
    return { type, ctime: 0, mtime: 0, size: this.#content.length };
  }

  readFile(): Uint8Array {
    return this.#content;
  }

  readDirectory(): [string, vscode.FileType][] {
    return [['workers.yaml', vscode.FileType.File]];
  }

  createDirectory(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  writeFile(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  delete(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  rename(): void {
    throw vscode.FileSystemError.NoPermissions();
  }
}

describe('a workers file on no disk', () => {
  it('has findings, completion and hovers, and no worker of it is run', async () => {
    const api = await extensionApi();
    const text = 'workers:\n  - id: a\n    type: proces\n    \n';
    const provider = vscode.workspace.registerFileSystemProvider('hsu-test', new OneFile(text));
    try {
      const uri = vscode.Uri.parse('hsu-test:/project/workers.yaml');
      const document = await vscode.workspace.openTextDocument(uri);
      await vscode.window.showTextDocument(document);
      const [finding] = await findingsWhen(uri, (found) => found.length > 0);
      assert.ok(finding);
      assert.match(finding.message, /proces/);
      const completion = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        uri,
        new vscode.Position(3, 4),
      );
      const labels = completion.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
      assert.ok(labels.includes('execution'), labels.join());
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        uri,
        new vscode.Position(2, 6),
      );
      assert.ok(hovers.length > 0);
      assert.ok(api.getWorkers().every(({ file }) => !file.startsWith('/project/')));
    } finally {
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
      provider.dispose();
    }
  });
});
