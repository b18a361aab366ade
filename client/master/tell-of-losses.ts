import * as vscode from 'vscode';
import type { Client } from '../client.ts';
import { notify } from '../notify.ts';
import type { MasterLink } from './master-link.ts';

/** Says once of each master that it died and was started again, or left for a newer one; asks when none could be started. */
export function tellOfLosses(client: Client): vscode.Disposable {
  const told = new Set<string>();
  const watch = (link: MasterLink): void => {
    link.onDidLose(() => {
      const name = vscode.workspace.asRelativePath(link.file);
      client.log.warn(`The master of ${name} has ended and is being restarted.`);
      if (told.has(link.file)) return;
      told.add(link.file);
      void ask(client, 'warning', vscode.l10n.t('The master of {0} has ended and is being restarted.', name));
    });
    link.onDidConnect(() => {
      if (link.follows === undefined) return;
      const name = vscode.workspace.asRelativePath(link.file);
      const message = vscode.l10n.t(
        'The master of {0} was of version {1} and has been replaced. Processes go on; modules were started again.',
        name,
        link.follows,
      );
      client.log.info(message);
      void ask(client, 'information', message);
    });
    let givenUp = false;
    link.onDidChange(() => {
      const before = givenUp;
      givenUp = link.state.kind === 'given-up';
      if (givenUp && !before) void askToRetry(client, link);
    });
  };
  for (const link of client.masters.links) watch(link);
  const subscription = client.masters.onDidAdd(watch);
  return new vscode.Disposable(() => subscription.dispose());
}

async function ask(client: Client, severity: 'information' | 'warning', message: string): Promise<void> {
  const showLog = vscode.l10n.t('Show Log');
  if ((await notify('ended', severity, message, showLog)) === showLog) client.log.show();
}

async function askToRetry(client: Client, link: MasterLink): Promise<void> {
  if (link.state.kind !== 'given-up') return;
  const { reason } = link.state;
  const name = vscode.workspace.asRelativePath(link.file);
  client.log.error(`The master of ${name} does not run: ${reason}`);
  const retry = vscode.l10n.t('Try Again');
  const showLog = vscode.l10n.t('Show Log');
  const message = vscode.l10n.t('The master of {0} does not run: {1}', name, reason);
  const chosen = await vscode.window.showErrorMessage(message, retry, showLog);
  if (chosen === retry) link.retry();
  else if (chosen === showLog) client.log.show();
}
