import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { extensionApi } from '../support/extension-api.ts';
import { until } from '../support/until.ts';

describe('what stands beside the text', () => {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  const file = (name: string) => vscode.Uri.joinPath(folder.uri, name);

  before(() => extensionApi());
  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('the lens of a package leads to the workers that run it', async () => {
    const manifest = await vscode.workspace.openTextDocument(file('package.yaml'));
    await vscode.window.showTextDocument(manifest);
    // While the document is given its language, the server does not have it for a moment.
    const command = await until(async () => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        manifest.uri,
        10,
      );
      const commands = lenses.flatMap((lens) => lens.command ?? []);
      return commands.find(({ title }) => /^used by \d+ workers?$/.test(title));
    }, 'the lens of the package');
    const shown = editorWhen(({ document }) => document.uri.fsPath.endsWith('workers.yaml'));
    const parameters: readonly unknown[] = command.arguments ?? [];
    await vscode.commands.executeCommand(command.command, ...parameters);
    // The list of references is open where going to the next one shows it.
    await vscode.commands.executeCommand('goToNextReference');
    const { document, selection } = await shown;
    assert.equal(document.getText(document.getWordRangeAtPosition(selection.start, /[\w-]+/)), 'data-processor');
    await vscode.commands.executeCommand('closeReferenceSearch');
  });

  it('hints go and come with the setting', async () => {
    const document = await vscode.workspace.openTextDocument(file('workers.yaml'));
    await vscode.window.showTextDocument(document);
    const settings = vscode.workspace.getConfiguration('hsu', document.uri);
    const hints = () =>
      vscode.commands.executeCommand<vscode.InlayHint[]>(
        'vscode.executeInlayHintProvider',
        document.uri,
        new vscode.Range(0, 0, document.lineCount, 0),
      );
    assert.ok((await hints()).length > 0);
    await settings.update('inlayHints.enabled', false, vscode.ConfigurationTarget.Workspace);
    try {
      assert.deepEqual(await hints(), []);
    } finally {
      await settings.update('inlayHints.enabled', undefined, vscode.ConfigurationTarget.Workspace);
    }
    assert.ok((await hints()).length > 0);
  });
});

/** The editor that is shown once it is as wanted. */
function editorWhen(wanted: (editor: vscode.TextEditor) => boolean): Promise<vscode.TextEditor> {
  return new Promise((resolve) => {
    const listening = vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
      if (!wanted(textEditor)) return;
      listening.dispose();
      resolve(textEditor);
    });
  });
}
