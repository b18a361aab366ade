import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { HsuWorkersApi } from '../../client/api.ts';
import { extensionApi, workersWhen } from '../support/extension-api.ts';

describe('several workers files in one window', () => {
  let api: HsuWorkersApi;
  before(async () => {
    api = await extensionApi();
  });

  it('each has its workers, from when it is there until it is gone', async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const before = api.getWorkers();
    const below = vscode.Uri.joinPath(folder.uri, 'second');
    const file = vscode.Uri.joinPath(below, 'workers.yaml');
    const text =
      'workers:\n  - id: another\n    type: process\n    execution: { executable_path: node, args: [--version] }\n';
    await vscode.workspace.fs.writeFile(file, Buffer.from(text));
    const both = await workersWhen(api, (workers) => workers.some(({ id }) => id === 'another'));
    assert.equal(both.find(({ id }) => id === 'another')?.file, file.fsPath);
    assert.equal(both.length, before.length + 1);
    await vscode.workspace.fs.delete(below, { recursive: true });
    await workersWhen(api, (workers) => workers.length === before.length);
  });
});
