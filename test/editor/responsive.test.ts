import assert from 'node:assert/strict';
import Mocha from 'mocha';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { ApiWorker, HsuWorkersApi } from '../../client/api.ts';
import { extensionApi, workersFile, workersWhen } from '../support/extension-api.ts';
import { ownTasks, samplingMicros } from '../support/own-tasks.ts';

const bundles = ['dist/extension.js', 'dist/language-client.js'];

const run = (command: string, ...parameters: unknown[]) => vscode.commands.executeCommand(command, ...parameters);

describe('the extension host is held by the extension for five milliseconds at most', function () {
  this.timeout(180_000);
  let api: HsuWorkersApi;
  let uri: vscode.Uri;

  before(async () => {
    api = await extensionApi();
    uri = await workersFile();
  });

  it('whatever is clicked', async () => {
    await holdsBriefly(async () => {
      await vscode.window.showTextDocument(uri);
      await run('hsu.workers.focus');
      await run('hsu.workers.startAll');
      await workersWhen(api, (workers) => workers.every(({ state }) => state === 'running'));
      await run('hsu.worker.showDetails', uri, 'data-processor-1');
      await run('hsu.worker.showLogs', uri, 'data-processor-1');
      await run('hsu.workers.showLogs');
      await type(uri, new vscode.Position(0, 0), ['#', ' a', ' note']);
      await run('hsu.workers.stopAll');
      await workersWhen(api, (workers) => workers.every(({ state }) => state === 'stopped'));
    });
  });

  it('while a hundred workers start and stop, and one of them is looked at', async () => {
    await withFile('hundred', 100, async (hundred, ours) => {
      const all = (state: string) => workersWhen(api, (workers) => ours(workers).every((each) => each.state === state));
      await holdsBriefly(async () => {
        await run('hsu.workers.focus');
        await run('hsu.workers.startAll');
        await all('running');
        await run('hsu.worker.showDetails', hundred, 'w-50');
        await run('hsu.workers.showLogs');
        await run('hsu.workers.stopAll');
        await all('stopped');
      });
    });
  });

  it('while a file of a thousand workers is opened and typed in', async () => {
    await withFile('thousand', 1_000, async (thousand) => {
      await holdsBriefly(async () => {
        const editor = await vscode.window.showTextDocument(thousand);
        const middle = new vscode.Position(1_500, 0);
        editor.revealRange(new vscode.Range(middle, middle), vscode.TextEditorRevealType.InCenter);
        await type(thousand, middle, ['#', ' a', ' note', '\n', 'x', ': ["', "'", ' {']);
        await run('vscode.executeCodeLensProvider', thousand, 20);
      });
    });
  });

  /** A workers file beside the others while `work` runs, and what of some workers is in it. */
  async function withFile(
    name: string,
    count: number,
    work: (file: vscode.Uri, ours: (workers: readonly ApiWorker[]) => readonly ApiWorker[]) => Promise<void>,
  ): Promise<void> {
    const folder = path.join(path.dirname(uri.fsPath), name);
    const file = path.join(folder, 'workers.yaml');
    const ours = (workers: readonly ApiWorker[]) => workers.filter((worker) => worker.file === file);
    await mkdir(folder);
    await writeFile(path.join(folder, 'idle.mjs'), 'export const create = () => ({ start() {}, stop() {} });\n');
    await writeFile(file, idleWorkers(count));
    try {
      await workersWhen(api, (workers) => ours(workers).length === count);
      await work(vscode.Uri.file(file), ours);
    } finally {
      await run('workbench.action.closeAllEditors');
      await rm(folder, { recursive: true });
      await workersWhen(api, (workers) => ours(workers).length === 0);
    }
  }
});

/** Does it twice: the first time everything is compiled, the second time it is looked at. */
async function holdsBriefly(work: () => Promise<void>): Promise<void> {
  await work();
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: samplingMicros });
  await session.post('Profiler.start');
  await work();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  await run('workbench.action.closeAllEditors');
  const tasks = ownTasks(profile, bundles);
  const [longest = 0] = tasks;
  Mocha.reporters.Base.consoleLog(`      ${tasks.length} tasks of ours, the longest ${longest} ms`);
  assert.ok(tasks.length > 5, `${tasks.length} tasks were seen`);
  assert.ok(longest <= 5, `the longest took ${longest} ms; those after it ${tasks.slice(1, 6).join(', ')}`);
}

/** Types texts one after the other, then takes all of it back. */
async function type(uri: vscode.Uri, at: vscode.Position, texts: readonly string[]): Promise<void> {
  const editor = await vscode.window.showTextDocument(uri);
  for (const text of texts) await editor.edit((edit) => edit.insert(at, text));
  await run('workbench.action.files.revert');
}

function idleWorkers(count: number): string {
  const worker = (_: unknown, at: number) =>
    `  - id: w-${at}\n    type: module\n    module: { module_path: idle.mjs, entry_point: create }\n`;
  return `workers:\n${Array.from({ length: count }, worker).join('')}`;
}
