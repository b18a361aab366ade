import * as vscode from 'vscode';
import type { Client } from '../client.ts';
import type { WorkerRef } from '../master/masters.ts';

const seconds = 10;

/** Records a worker and opens what came of it in the editor's own viewer; cancelling ends the recording early. */
export async function profileWorker(client: Client, { file, id }: WorkerRef, kind: 'cpu' | 'heap'): Promise<void> {
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  const name = `${id}-${time}.${kind === 'cpu' ? 'cpuprofile' : 'heapsnapshot'}`;
  const target = vscode.Uri.joinPath(client.storage, 'profiles', name);
  const title =
    kind === 'cpu'
      ? vscode.l10n.t('Recording {0} for {1} s; Cancel ends it early', id, seconds)
      : vscode.l10n.t('Taking a heap snapshot of {0}', id);
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: kind === 'cpu' };
  await vscode.window.withProgress(options, (_, cancelled) => {
    const enough = new AbortController();
    cancelled.onCancellationRequested(() => enough.abort());
    return client.masters
      .add(file)
      .ask((master) => master.profile({ id, kind, file: target.fsPath, seconds }, enough.signal));
  });
  await vscode.commands.executeCommand('vscode.open', target);
}
