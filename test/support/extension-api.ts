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
