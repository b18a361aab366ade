import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { extensionApi, workersFile, workersWhen } from '../support/extension-api.ts';

// In a window on a remote machine, in a container or in a browser, files are `vscode-remote:` in the window, and `file:`
// to extensions that run where the files are.
describe('where the workspace is', () => {
  it('is where the extension runs, beside its files and workers', async () => {
    const api = await extensionApi();
    const extension = vscode.extensions.getExtension('hsu-workers.hsu-workers');
    assert.equal(extension?.extensionKind, vscode.ExtensionKind.Workspace);
    const file = await workersFile();
    assert.equal(file.scheme, 'file');
    const workers = await workersWhen(api, (known) => known.length > 0);
    assert.ok(workers.every((worker) => path.isAbsolute(worker.file)));
    assert.ok(workers.some((worker) => worker.file === file.fsPath));
  });
});
