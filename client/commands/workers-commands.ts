import * as vscode from 'vscode';
import type { Client } from '../client.ts';
import type { WorkerRef } from '../master/masters.ts';
import { can } from '../views/worker-abilities.ts';
import { countStates, describeCounts } from '../../master/lifecycle/state-counts.ts';
import { switchDeployments } from '../switch/switch-deployment.ts';
import { showNotificationsAgain } from '../notify.ts';
import { selectEnvironment } from '../environment/select-environment.ts';
import { createWorkersFile } from '../files/create-workers-file.ts';
import { importServices } from '../files/import-services.ts';
import { restartFailed, start, stop } from './order-many.ts';

type Handler = (client: Client, ...parameters: unknown[]) => Promise<void> | void;

/** Commands for all workers, and for the look of the view. */
export const workersCommands: Readonly<Record<string, Handler>> = {
  'hsu.workers.startAll': (client) => start(client, all(client)),
  'hsu.workers.stopAll': (client) => stop(client, all(client)),
  'hsu.workers.restartFailed': (client) => restartFailed(client, all(client)),
  'hsu.workers.switchAllToProcess': (client) => switchDeployments(client, all(client), 'process'),
  'hsu.workers.switchAllToModule': (client) => switchDeployments(client, all(client), 'module'),
  'hsu.view.groupByName': (client) => client.view.gather('named'),
  'hsu.view.group': (client) => client.view.gather('deployment'),
  'hsu.view.flat': (client) => client.view.gather('flat'),
  'hsu.view.filter': filterWorkers,
  'hsu.view.clearFilter': (client) => client.view.setFilter(''),
  'hsu.workers.showLogs': (client) => client.mergedLogs.show(),
  'hsu.workers.searchLogs': searchLogs,
  'hsu.showActions': showActions,
  'hsu.showLog': (client) => client.log.show(),
  'hsu.selectEnvironment': selectEnvironment,
  'hsu.showNotificationsAgain': showNotificationsAgain,
  'hsu.createWorkersFile': createWorkersFile,
  'hsu.importServices': importServices,
};

function all(client: Client): readonly WorkerRef[] {
  return client.masters.workers().map(({ ref }) => ref);
}

/** The status bar's menu. */
async function showActions(client: Client): Promise<void> {
  const workers = client.masters.workers().map(({ worker }) => worker);
  const counts = countStates(workers);
  const actions = [
    { label: vscode.l10n.t('$(list-tree) Show Workers'), command: 'hsu.workers.focus', when: true },
    {
      label: vscode.l10n.t('$(run-all) Start All Workers'),
      command: 'hsu.workers.startAll',
      when: workers.some((worker) => worker.enabled && can('canStart', worker)),
    },
    {
      label: vscode.l10n.t('$(debug-stop) Stop All Workers'),
      command: 'hsu.workers.stopAll',
      when: workers.some((worker) => can('canStop', worker)),
    },
    {
      label: vscode.l10n.t('$(debug-restart) Restart Failed Workers'),
      command: 'hsu.workers.restartFailed',
      when: counts.failed > 0,
    },
    { label: vscode.l10n.t('$(debug-alt) Debug a Worker…'), command: 'hsu.worker.debug', when: counts.running > 0 },
    { label: vscode.l10n.t('$(output) Show Logs of All Workers'), command: 'hsu.workers.showLogs', when: true },
    { label: vscode.l10n.t('$(search) Search Logs…'), command: 'hsu.workers.searchLogs', when: true },
    { label: vscode.l10n.t('$(graph) Show Details of a Worker…'), command: 'hsu.worker.showDetails', when: true },
  ].filter(({ when }) => when);
  const picked = await vscode.window.showQuickPick(actions, {
    title: vscode.l10n.t('HSU Workers: {0}', describeCounts(counts)),
  });
  if (picked) await vscode.commands.executeCommand(picked.command);
}

/** The view follows what is typed; leaving by Escape puts the former filter back. */
function filterWorkers(client: Client): void {
  const former = client.view.filter;
  const input = vscode.window.createInputBox();
  input.title = vscode.l10n.t('Filter Workers');
  input.placeholder = vscode.l10n.t('Words of ids, states, types or packages, such as: failed module');
  input.value = former;
  let wanted = former;
  input.onDidChangeValue((text) => void client.view.setFilter(text));
  input.onDidAccept(() => {
    wanted = input.value;
    input.hide();
  });
  input.onDidHide(() => {
    input.dispose();
    void client.view.setFilter(wanted);
  });
  input.show();
}

async function searchLogs(client: Client): Promise<void> {
  const pattern = await vscode.window.showInputBox({
    title: vscode.l10n.t('Search the logs of all workers'),
    placeHolder: vscode.l10n.t('A regular expression'),
    validateInput: whyNoPattern,
  });
  if (pattern) await client.logDocuments.search(pattern);
}

function whyNoPattern(text: string): string | undefined {
  try {
    new RegExp(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
