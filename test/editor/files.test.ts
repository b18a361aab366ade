import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { HsuWorkersApi } from '../../client/api.ts';
import { extensionApi, workersWhen } from '../support/extension-api.ts';

describe('several workers files in one window', () => {
  let api: HsuWorkersApi;
  before(async () => {
    api = await extensionApi();
  });

  const text =
    'workers:\n  - id: another\n    type: process\n    execution: { executable_path: node, args: [--version] }\n';

  const inWorkspace = (...parts: string[]): vscode.Uri => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    return vscode.Uri.joinPath(folder.uri, ...parts);
  };

  /** Lets a second workers file come, sees its worker, lets its folder go, and sees the worker gone. */
  const comesAndGoes = async (come: (below: vscode.Uri) => Promise<void>): Promise<void> => {
    const before = api.getWorkers();
    const below = inWorkspace('second');
    const file = vscode.Uri.joinPath(below, 'workers.yaml');
    try {
      await come(below);
      const both = await workersWhen(api, (workers) => workers.some(({ id }) => id === 'another'));
      assert.equal(both.find(({ id }) => id === 'another')?.file, file.fsPath);
      assert.equal(both.length, before.length + 1);
    } finally {
      await vscode.workspace.fs.delete(below, { recursive: true });
    }
    await workersWhen(api, (workers) => workers.length === before.length);
  };

  it('each has its workers, from when it is there until it is gone', () =>
    comesAndGoes(async (below) => {
      await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(below, 'workers.yaml'), Buffer.from(text));
    }));

  it('is seen too where only the coming of its folder is told', async () => {
    const elsewhere = inWorkspace('.tool', 'elsewhere', 'second');
    await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(elsewhere, 'workers.yaml'), Buffer.from(text));
    try {
      await comesAndGoes(async (below) => {
        await vscode.workspace.fs.rename(elsewhere, below);
      });
    } finally {
      await vscode.workspace.fs.delete(inWorkspace('.tool'), { recursive: true });
    }
  });
});
