import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ApiWorker, HsuWorkersApi } from '../../client/api.ts';

/** The extension's exports, inside the extension host, once it knows the workers of the workspace. */
export async function extensionApi(): Promise<HsuWorkersApi> {
  const extension = vscode.extensions.getExtension<HsuWorkersApi>('hsu-workers.hsu-workers');
  assert.ok(extension, 'the editor does not know the extension');
  const api = await extension.activate();
  await workersWhen(api, (workers) => workers.length > 0);
  return api;
}

/** The workers file in the root of the workspace. */
export async function workersFile(): Promise<vscode.Uri> {
  const [file] = await vscode.workspace.findFiles('workers.yaml');
  assert.ok(file, 'the workspace has no workers.yaml in its root');
  return file;
}

/** The text of a file as it is on the disk. */
export async function textOf(uri: vscode.Uri): Promise<string> {
  return Buffer.from(await vscode.workspace.fs.readFile(uri)).toString();
}

/** Selects the overlay that is laid over the workspace's files; undefined selects none. */
export async function selectEnvironment(name: string | undefined): Promise<void> {
  await vscode.workspace.getConfiguration('hsu').update('environment', name, vscode.ConfigurationTarget.Workspace);
}

/** Resolves with the workers once they are as wanted; the test's time-out ends the waiting. */
export async function workersWhen(
  api: HsuWorkersApi,
  wanted: (workers: readonly ApiWorker[]) => boolean,
): Promise<readonly ApiWorker[]> {
  for (;;) {
    const changed = new Promise<void>((resolve) => {
      const subscription = api.onDidChange(() => {
        subscription.dispose();
        resolve();
      });
    });
    const workers = api.getWorkers();
    if (wanted(workers)) return workers;
    await changed;
  }
}
