import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { extensionApi, workersFile, workersWhen } from '../support/extension-api.ts';
import { findingsWhen } from '../support/findings-when.ts';

describe('findings in the editor', () => {
  it('a typo is marked at its very characters, with what was expected, and goes away with it', async () => {
    const file = await workersFile();
    const document = await vscode.workspace.openTextDocument(file);
    const editor = await vscode.window.showTextDocument(document);
    const at = document.positionAt(document.getText().indexOf('process"'));
    await editor.edit((edit) => edit.insert(at, 'x'));
    const [finding] = await findingsWhen(file, (found) => found.length > 0);
    assert.ok(finding);
    assert.match(document.getText(finding.range), /^"?xprocess"?$/);
    assert.equal(finding.range.start.line, at.line);
    assert.match(finding.message, /process.*module/);
    assert.equal(finding.severity, vscode.DiagnosticSeverity.Error);
    await vscode.commands.executeCommand('undo');
    assert.deepEqual(await findingsWhen(file, (found) => found.length === 0), []);
  });

  it("another tool's package.yaml gets nothing", async () => {
    const api = await extensionApi();
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const hpack = vscode.Uri.joinPath(folder.uri, 'haskell', 'package.yaml');
    const ours = vscode.Uri.joinPath(folder.uri, 'ours', 'workers.yaml');
    const text = 'name: thing\nversion: "0.1"\nghc-options: -Wall\nlibrary:\n  source-dirs: src\n  \n';
    await vscode.workspace.fs.writeFile(hpack, Buffer.from(text));
    await vscode.workspace.fs.writeFile(ours, Buffer.from('workers:\n  - id: a\n    type: no\n'));
    try {
      const document = await vscode.workspace.openTextDocument(hpack);
      await vscode.window.showTextDocument(document);
      // Ours, opened after it, has been read when its finding is there: so the one before has been read too.
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(ours));
      await findingsWhen(ours, (found) => found.length > 0);
      assert.deepEqual(vscode.languages.getDiagnostics(hpack), []);
      const completion = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        hpack,
        document.positionAt(text.length - 1),
      );
      const labels = completion.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
      assert.ok(!labels.includes('supported_types'), labels.join());
      await workersWhen(api, (workers) => workers.some(({ file }) => file === ours.fsPath));
    } finally {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      for (const below of ['haskell', 'ours']) {
        await vscode.workspace.fs.delete(vscode.Uri.joinPath(folder.uri, below), { recursive: true });
      }
    }
    await workersWhen(api, (workers) => workers.every(({ file }) => file !== ours.fsPath));
  });
});
