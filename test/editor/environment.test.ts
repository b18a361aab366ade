import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { HsuWorkersApi } from '../../client/api.ts';
import { extensionApi, selectEnvironment, textOf, workersFile, workersWhen } from '../support/extension-api.ts';

const overlay = `workers:
  - id: data-processor-1
    type: module
  - id: only-here
    type: process
    execution: { executable_path: node, args: [-e, "setInterval(() => {}, 1000)"] }
`;

describe('the environment setting', () => {
  let api: HsuWorkersApi;
  let uri: vscode.Uri;
  let text: string;

  before(async () => {
    api = await extensionApi();
    uri = await workersFile();
    text = await textOf(uri);
    await vscode.workspace.fs.writeFile(
      vscode.Uri.joinPath(uri, '..', 'workers.development.yaml'),
      Buffer.from(overlay),
    );
  });

  after(() => vscode.workspace.fs.delete(vscode.Uri.joinPath(uri, '..', 'workers.development.yaml')));

  it('lays the overlay over the file, which stays untouched, and takes it away again', async () => {
    await selectEnvironment('development');
    const laid = await workersWhen(api, (workers) => workers.some(({ id }) => id === 'only-here'));
    assert.equal(laid.find(({ id }) => id === 'data-processor-1')?.type, 'module');
    await selectEnvironment(undefined);
    const bare = await workersWhen(api, (workers) => workers.every(({ id }) => id !== 'only-here'));
    assert.equal(bare.find(({ id }) => id === 'data-processor-1')?.type, 'process');
    assert.equal(await textOf(uri), text);
  });
});
