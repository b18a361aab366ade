import assert from 'node:assert/strict';
import Mocha from 'mocha';
import { Session } from 'node:inspector/promises';
import * as vscode from 'vscode';
import { extensionApi, workersFile, workersWhen } from '../support/extension-api.ts';
import { ownTasks, samplingMicros } from '../support/own-tasks.ts';

describe('the extension host', () => {
  it('is held by the extension for five milliseconds at most, whatever is clicked', async () => {
    const api = await extensionApi();
    const uri = await workersFile();
    const run = (command: string, ...parameters: unknown[]) => vscode.commands.executeCommand(command, ...parameters);
    const work = async () => {
      await vscode.window.showTextDocument(uri);
      await run('hsu.workers.focus');
      await run('hsu.workers.startAll');
      await workersWhen(api, (workers) => workers.every(({ state }) => state === 'running'));
      await run('hsu.worker.showDetails', uri, 'data-processor-1');
      await run('hsu.worker.showLogs', uri, 'data-processor-1');
      await run('hsu.workers.showLogs');
      const editor = await vscode.window.showTextDocument(uri);
      for (const text of ['#', ' a', ' note']) {
        await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), text));
      }
      await run('undo');
      await run('hsu.workers.stopAll');
      await workersWhen(api, (workers) => workers.every(({ state }) => state === 'stopped'));
      await run('workbench.action.files.revert');
    };
    // The first time everything is compiled.
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
    const bundles = ['dist/extension.js', 'dist/language-client.js'];
    const tasks = ownTasks(profile, bundles);
    const [longest = 0] = tasks;
    Mocha.reporters.Base.consoleLog(`      ${tasks.length} tasks of ours, the longest ${longest} ms`);
    assert.ok(tasks.length > 20, `${tasks.length} tasks were seen`);
    assert.ok(longest <= 5, `the longest took ${longest} ms; those after it ${tasks.slice(1, 6).join(', ')}`);
  });
});
