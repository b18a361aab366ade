import { loadingBegan } from './loading-began.ts';
import * as vscode from 'vscode';
import { publicApi } from './agents/public-api.ts';
import { registerAgents } from './agents/register-agents.ts';
import type { HsuWorkersApi } from './api.ts';
import { ApplyOnSave } from './apply/apply-on-save.ts';
import type { Client } from './client.ts';
import { registerCommands } from './commands/register-commands.ts';
import { WorkerDebugging } from './debug/worker-debugging.ts';
import { DetailsPanels } from './details/details-panels.ts';
import { WorkersFiles } from './files/workers-files.ts';
import { GutterIcons } from './gutter/gutter-icons.ts';
import { LazyLanguage } from './language/lazy-language.ts';
import { followSettings } from './environment/follow-settings.ts';
import { tellOverlays } from './environment/tell-overlays.ts';
import { FactoryLenses } from './lenses/factory-lenses.ts';
import { LogChannels } from './logs/log-channels.ts';
import { LogDocuments } from './logs/log-documents.ts';
import { MergedLogs } from './logs/merged-logs.ts';
import { linkStackFrames } from './logs/stack-links.ts';
import { connect } from './master/connect.ts';
import { Masters } from './master/masters.ts';
import { tellOfLosses } from './master/tell-of-losses.ts';
import { SwitchNotes } from './switch/switch-notes.ts';
import { registerTasks } from './tasks/worker-tasks.ts';
import { FailureProblems } from './problems/failure-problems.ts';
import { PackagesView } from './packages/packages-view.ts';
import { showStatusBar } from './views/status-bar.ts';
import { WorkersDrop } from './views/workers-drop.ts';
import { WorkersView } from './views/workers-view.ts';

/** Composes the parts. Nothing is waited for here: files are read and masters are started beside the activation. */
export function activate(context: vscode.ExtensionContext): HsuWorkersApi {
  const began = performance.now();
  const log = vscode.window.createOutputChannel('HSU Workers', { log: true });
  const masters = new Masters(connect);
  const files = new WorkersFiles(context.workspaceState);
  const client: Client = {
    masters,
    log,
    storage: context.storageUri ?? context.globalStorageUri,
    view: new WorkersView(masters, context.workspaceState, new WorkersDrop(() => client)),
    packages: new PackagesView(masters),
    applyOnSave: new ApplyOnSave(() => client, masters, log),
    logs: new LogChannels(masters),
    mergedLogs: new MergedLogs(masters),
    logDocuments: new LogDocuments(masters),
    details: new DetailsPanels(masters),
    debugging: new WorkerDebugging(masters),
    language: new LazyLanguage(log),
    switchNotes: new SwitchNotes(),
  };

  context.subscriptions.push(
    log,
    masters,
    files,
    client.view,
    client.logs,
    client.mergedLogs,
    client.logDocuments,
    linkStackFrames(masters),
    client.details,
    client.debugging,
    client.language,
    registerCommands(client),
    showStatusBar(masters),
    client.packages,
    client.applyOnSave,
    followSettings(masters, client.applyOnSave),
    tellOverlays(masters, client.language),
    registerTasks(masters),
    new FactoryLenses(masters),
    new GutterIcons(client),
    new FailureProblems(masters),
    tellOfLosses(client),
    registerAgents(client, context.extension),
    files.onDidChange(() => runMasters(files, masters)),
    vscode.workspace.onDidGrantWorkspaceTrust(() => runMasters(files, masters)),
    masters.onDidChange(({ link: { file, state, workers: all }, workers }) =>
      client.language.show(
        vscode.Uri.file(file),
        state.kind === 'given-up' ? null : all,
        workers?.map(({ after }) => after),
      ),
    ),
    masters.onDidRemove((file) => client.language.show(vscode.Uri.file(file), null)),
  );
  runMasters(files, masters);
  void files.find();
  performance.measure('hsu.load', { start: loadingBegan, end: loaded });
  performance.measure('hsu.activate', { start: began, end: performance.now() });
  return publicApi(masters);
}

/** One master for each workers file, and none in a workspace that is not trusted: there nothing is ever run. */
function runMasters(files: WorkersFiles, masters: Masters): void {
  if (!vscode.workspace.isTrusted) return;
  for (const { file } of masters.links) if (!files.has(vscode.Uri.file(file))) masters.remove(file);
  for (const { fsPath } of files.uris) masters.add(fsPath);
}

const loaded = performance.now();
