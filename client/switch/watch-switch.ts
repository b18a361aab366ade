import * as vscode from 'vscode';
import type { Client } from '../client.ts';
import type { MasterLink } from '../master/master-link.ts';
import { notify } from '../notify.ts';
import { switchDeployments } from './switch-deployment.ts';
import { describeSwitch } from './switch-result.ts';
import { type SwitchResult, SwitchWatch } from './switch-watch.ts';

/** Remembers how workers did the old way, to say how each does the new way once it runs and its memory is known. */
export function watchSwitch(client: Client, link: MasterLink, ids: readonly string[]): Promise<SwitchWatch> {
  const failed = (error: unknown) => client.log.error(`What a switch came to could not be told: ${String(error)}`);
  return SwitchWatch.begin(link, ids, {
    switched: (result) => void tell(client, link.file, result).catch(failed),
    failed,
  });
}

async function tell(client: Client, file: string, { worker, before, after }: SwitchResult): Promise<void> {
  const ref = { file, id: worker.id };
  const back = vscode.l10n.t('Switch Back');
  const logs = vscode.l10n.t('Show Logs');
  const said = describeSwitch(worker, before, after);
  const message = [said, client.switchNotes.take(ref)].filter((part) => part !== undefined).join(' ');
  const chosen = await notify('switched', 'information', message, back, logs);
  if (chosen === back) await switchDeployments(client, [ref]);
  else if (chosen === logs) client.logs.show(ref);
}
