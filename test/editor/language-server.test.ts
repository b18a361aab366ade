import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { extensionApi, workersFile } from '../support/extension-api.ts';
import { processesWith } from '../support/processes-with.ts';
import { until } from '../support/until.ts';

describe('a language server that is killed', () => {
  it('is back by itself, and knows the live states again', async () => {
    await extensionApi();
    const uri = await workersFile();
    await vscode.window.showTextDocument(uri);
    const server = () => processesWith(path.join('dist', 'server.js'), process.pid).then(([pid]) => pid);
    const lenses = async () => {
      const shown = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        uri,
        Number.MAX_SAFE_INTEGER,
      );
      return shown.some(({ command }) => command?.command === 'hsu.worker.reveal');
    };
    await until(lenses, 'the states in the file');
    for (const round of ['first', 'second']) {
      const pid = await until(server, `the ${round} server`);
      process.kill(pid, 'SIGKILL');
      const another = await until(async () => {
        const now = await server();
        return now !== undefined && now !== pid && now;
      }, 'another server');
      assert.notEqual(another, pid);
      await until(lenses, `the states in the file after the ${round} loss`);
    }
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
});
