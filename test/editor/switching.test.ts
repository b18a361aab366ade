import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { HsuWorkersApi } from '../../client/api.ts';
import { extensionApi, selectEnvironment, textOf, workersFile, workersWhen } from '../support/extension-api.ts';
import { until } from '../support/until.ts';

describe('switching with an environment selected', () => {
  let api: HsuWorkersApi;
  let uri: vscode.Uri;
  let overlay: vscode.Uri;
  let text: string;

  before(async () => {
    api = await extensionApi();
    uri = await workersFile();
    overlay = vscode.Uri.joinPath(uri, '..', 'workers.staging.yaml');
    text = await textOf(uri);
    await selectEnvironment('staging');
  });

  after(async () => {
    await selectEnvironment(undefined);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    if (await exists(overlay)) await vscode.workspace.fs.delete(overlay);
    await workersWhen(api, (workers) => typeOf(workers, 'data-processor-1') === 'process');
  });

  const switchIt = (id: string) => vscode.commands.executeCommand('hsu.worker.switchDeployment', uri, id);
  /** What the lens in the file says that it does, once it is told of all that was saved. */
  const lensSays = (id: string, title: string) =>
    until(async () => {
      await vscode.workspace.openTextDocument(uri);
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        uri,
        Number.MAX_SAFE_INTEGER,
      );
      return lenses.some(({ command }) => command?.title === title && command.arguments?.[1] === id);
    }, `the lens "${title}" of ${id}`);
  const written =
    'workers:\n  - id: data-processor-1\n    type: module\n    module:\n      entry_point: CreateDataProcessor\n';

  it('makes the overlay, with the block that the manifest has, and leaves the file as it is', async () => {
    await switchIt('data-processor-1');
    assert.equal(await textOf(overlay), written);
    await workersWhen(api, (workers) => typeOf(workers, 'data-processor-1') === 'module');
    assert.equal(await textOf(uri), text);
  });

  it('the lens in the file names the way that the overlay does not say, and does it', async () => {
    await lensSays('data-processor-1', 'Switch to process');
    await lensSays('data-processor-2', 'Switch to process');
    await selectEnvironment(undefined);
    await lensSays('data-processor-1', 'Switch to module');
    await selectEnvironment('staging');
    await lensSays('data-processor-1', 'Switch to process');
    await switchIt('data-processor-1');
    assert.equal(await textOf(overlay), written.replace('type: module', 'type: process'));
    await lensSays('data-processor-1', 'Switch to module');
    await switchIt('data-processor-1');
    assert.equal(await textOf(overlay), written);
    await workersWhen(api, (workers) => typeOf(workers, 'data-processor-1') === 'module');
  });

  it('a lens in the overlay means the worker of the file below it', async () => {
    await vscode.commands.executeCommand('hsu.worker.switchDeployment', overlay.toString(), 'data-processor-1');
    await workersWhen(api, (workers) => typeOf(workers, 'data-processor-1') === 'process');
    await vscode.commands.executeCommand('hsu.worker.switchDeployment', overlay.toString(), 'data-processor-1');
    await workersWhen(api, (workers) => typeOf(workers, 'data-processor-1') === 'module');
    assert.equal(await textOf(overlay), written);
    const found = await vscode.workspace.findFiles('workers.*.*');
    assert.deepEqual(
      found.map(({ fsPath }) => fsPath),
      [overlay.fsPath],
    );
  });

  it('edits the overlay that is there in one step, which undo takes back', async () => {
    await switchIt('data-processor-2');
    await workersWhen(api, (workers) => typeOf(workers, 'data-processor-2') === 'process');
    assert.equal(await textOf(overlay), `${written}  - id: data-processor-2\n    type: process\n`);
    const { document } = await vscode.window.showTextDocument(overlay);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), written);
    await document.save();
    await workersWhen(api, (workers) => typeOf(workers, 'data-processor-2') === 'module');
    assert.equal(await textOf(uri), text);
  });

  it('undo takes the overlay away that it made', async () => {
    await vscode.workspace.fs.delete(overlay);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await switchIt('data-processor-1');
    assert.equal(await textOf(overlay), written);
    await vscode.window.showTextDocument(overlay);
    await vscode.commands.executeCommand('undo');
    await until(async () => !(await exists(overlay)), 'the overlay to be gone');
  });
});

function typeOf(workers: ReturnType<HsuWorkersApi['getWorkers']>, id: string): string | undefined {
  return workers.find((worker) => worker.id === id)?.type;
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  return Promise.resolve(vscode.workspace.fs.stat(uri)).then(
    () => true,
    () => false,
  );
}
