import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { HsuWorkersApi } from '../../client/api.ts';
import { extensionApi, workersWhen } from '../support/extension-api.ts';

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
    const [file] = await vscode.workspace.findFiles('workers.yaml');
    assert.ok(file);
    uri = file;
    text = Buffer.from(await vscode.workspace.fs.readFile(uri)).toString();
    await vscode.workspace.fs.writeFile(
      vscode.Uri.joinPath(uri, '..', 'workers.development.yaml'),
      Buffer.from(overlay),
    );
  });

  after(() => vscode.workspace.fs.delete(vscode.Uri.joinPath(uri, '..', 'workers.development.yaml')));

  const select = (name: string | undefined) =>
    vscode.workspace.getConfiguration('hsu').update('environment', name, vscode.ConfigurationTarget.Workspace);

  it('lays the overlay over the file, which stays untouched, and takes it away again', async () => {
    await select('development');
    const laid = await workersWhen(api, (workers) => workers.some(({ id }) => id === 'only-here'));
    assert.equal(laid.find(({ id }) => id === 'data-processor-1')?.type, 'module');
    await select(undefined);
    const bare = await workersWhen(api, (workers) => workers.every(({ id }) => id !== 'only-here'));
    assert.equal(bare.find(({ id }) => id === 'data-processor-1')?.type, 'process');
    assert.equal(Buffer.from(await vscode.workspace.fs.readFile(uri)).toString(), text);
  });
});
