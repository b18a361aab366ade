import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { HsuWorkersApi } from '../../client/api.ts';
import { findingsWhen } from '../support/findings-when.ts';
import { extensionApi, textOf, workersFile } from '../support/extension-api.ts';

describe('tasks of type hsu', () => {
  let api: HsuWorkersApi;
  before(async () => {
    api = await extensionApi();
  });

  const taskNamed = async (name: string): Promise<vscode.Task> => {
    const tasks = await vscode.tasks.fetchTasks({ type: 'hsu' });
    const task = tasks.find((one) => one.name === name || one.name === `${name} (workers.yaml)`);
    assert.ok(task, tasks.map((one) => one.name).join());
    return task;
  };

  /** Runs a task to its end. A task that asks a master has no process, so its end alone is told. */
  const run = async (task: vscode.Task): Promise<void> => {
    const ended = new Promise<void>((resolve) => {
      const listening = vscode.tasks.onDidEndTask(({ execution }) => {
        if (execution.task.name !== task.name) return;
        listening.dispose();
        resolve();
      });
    });
    await vscode.tasks.executeTask(task);
    await ended;
  };

  const states = () => api.getWorkers().map(({ state }) => state);

  it('start all workers and end when they run, stop them and end when nothing is left', async () => {
    await run(await taskNamed('start all'));
    assert.deepEqual(states(), ['running', 'running']);
    await run(await taskNamed('stop all'));
    assert.deepEqual(states(), ['stopped', 'stopped']);
  });

  it('validate the workers file: each finding becomes a problem at its place', async () => {
    const uri = await workersFile();
    const text = await textOf(uri);
    await vscode.workspace.fs.writeFile(uri, Buffer.from(text.replace('type: "process"', 'type: "proces"')));
    try {
      await run(await taskNamed('validate'));
      const line = text.split('\n').findIndex((one) => one.includes('type: "process"'));
      const [finding] = await findingsWhen(uri, (found) => found.length > 0);
      assert.ok(finding);
      assert.match(finding.message, /proces/);
      assert.equal(finding.range.start.line, line);
    } finally {
      await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
    }
  });
});
