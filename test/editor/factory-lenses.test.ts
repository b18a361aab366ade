import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { extensionApi } from '../support/extension-api.ts';
import { until } from '../support/until.ts';

describe('the source of a module', () => {
  it('has a lens at its factory for each worker it runs as, though the worker runs what was compiled of it', async () => {
    await extensionApi();
    const [uri] = await vscode.workspace.findFiles('src/data-processor.ts');
    assert.ok(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    let lenses: vscode.CodeLens[] = [];
    const shown = async () => {
      lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri);
      return lenses.some(({ command }) => command?.command.startsWith('hsu.'));
    };
    await until(shown, 'the lenses');
    const ours = lenses.filter(({ command }) => command?.command.startsWith('hsu.'));
    const titles = ours.map(({ command }) => command?.title ?? '');
    assert.ok(
      titles.some((title) => title.includes('data-processor-2 (module)')),
      titles.join(),
    );
    assert.ok(titles.includes('Debug') && titles.includes('Switch to process'), titles.join());
    const [first] = ours;
    assert.match(document.lineAt(first?.range.start.line ?? 0).text, /export/);
  });
});
