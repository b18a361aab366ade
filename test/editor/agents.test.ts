import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { HsuWorkersApi } from '../../client/api.ts';
import { extensionApi } from '../support/extension-api.ts';
import { until } from '../support/until.ts';
import manifest from '../../package.json' with { type: 'json' };

describe('agents in the editor', () => {
  let api: HsuWorkersApi;

  before(async () => {
    api = await extensionApi();
  });

  it('see every tool of the manifest', () => {
    const known = vscode.lm.tools.map(({ name }) => name).filter((name) => name.startsWith('hsu_'));
    assert.deepEqual(known.sort(), manifest.contributes.languageModelTools.map(({ name }) => name).sort());
  });

  it('have no tool that runs while the user wants no AI, and run them otherwise', async () => {
    const list = async () => vscode.lm.invokeTool('hsu_list_workers', { input: {}, toolInvocationToken: undefined });
    const chat = vscode.workspace.getConfiguration('chat');
    // The tests' editor has it switched off.
    await assert.rejects(list(), /does not have an implementation/);
    await chat.update('disableAIFeatures', false, vscode.ConfigurationTarget.Workspace);
    try {
      const isRegistered = () =>
        list().then(
          () => true,
          () => false,
        );
      await until(isRegistered, 'the tools to be registered');
      const [part] = (await list()).content;
      assert.ok(part instanceof vscode.LanguageModelTextPart);
      const { workers } = JSON.parse(part.value) as { workers: { id: string }[] };
      assert.deepEqual(
        workers.map(({ id }) => id),
        api.getWorkers().map(({ id }) => id),
      );
    } finally {
      await chat.update('disableAIFeatures', undefined, vscode.ConfigurationTarget.Workspace);
    }
  });
});
