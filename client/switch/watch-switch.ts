import * as vscode from 'vscode';
import type { Client } from '../client.ts';
import { notify } from '../notify.ts';
import type { WorkerRef } from '../master/masters.ts';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { describeSwitch, type Measures, measuresOf } from './switch-result.ts';
import { switchDeployments } from './switch-deployment.ts';

/** Remembers how a worker did the old way, to say how it does the new way once it runs and its memory is known. */
export async function watchSwitch(client: Client, ref: WorkerRef): Promise<void> {
  const worker = await measured(client, ref);
  if (!worker) return;
  const { type } = worker;
  const before = measuresOf(worker, client.histories.of(ref));
  const subscription = client.masters.onDidChange(({ file }) => {
    if (file !== ref.file) return;
    const now = client.masters.worker(ref);
    if (now && now.type === type) return;
    if (now && now.state !== 'failed' && now.state !== 'running') return;
    subscription.dispose();
    if (now?.state === 'running') void tell(client, ref, before);
  });
}

/** The worker with its memory as it is now: the master measures when it is asked. */
async function measured(client: Client, ref: WorkerRef): Promise<WorkerSnapshot | undefined> {
  const workers = await client.masters.link(ref.file)?.ask((master) => master.snapshots());
  return workers?.find(({ id }) => id === ref.id);
}

async function tell(client: Client, ref: WorkerRef, before: Measures): Promise<void> {
  const worker = await measured(client, ref);
  if (!worker) return;
  const back = vscode.l10n.t('Switch Back');
  const logs = vscode.l10n.t('Show Logs');
  const said = describeSwitch(worker, before, measuresOf(worker, client.histories.of(ref)));
  const message = [said, client.switchNotes.take(ref)].filter((part) => part !== undefined).join(' ');
  const chosen = await notify('switched', 'information', message, back, logs);
  if (chosen === back) await switchDeployments(client, [ref]);
  else if (chosen === logs) client.logs.show(ref);
}
