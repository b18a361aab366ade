import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ApiWorker, HsuWorkersApi } from '../../client/api.ts';
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

  const runsAs = (workers: readonly ApiWorker[], type: ApiWorker['type']) =>
    workers.find(({ id }) => id === 'data-processor-1')?.type === type;

  it('lays the overlay over the file, which stays untouched, and takes it away again', async () => {
    await selectEnvironment('development');
    await workersWhen(api, (workers) => runsAs(workers, 'module') && workers.some(({ id }) => id === 'only-here'));
    await selectEnvironment(undefined);
    await workersWhen(api, (workers) => runsAs(workers, 'process') && workers.every(({ id }) => id !== 'only-here'));
    assert.equal(await textOf(uri), text);
  });
});
