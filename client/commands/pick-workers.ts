import * as vscode from 'vscode';
import type { Masters, WorkerRef } from '../master/masters.ts';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { stateIcon } from '../views/state-icon.ts';
import { workerRow } from '../views/worker-row.ts';
import { themeIcon } from '../views/tree-item.ts';

interface WorkerItem extends vscode.QuickPickItem {
  readonly ref: WorkerRef;
}

export interface Question {
  readonly title: string;
  readonly eligible: (worker: WorkerSnapshot) => boolean;
  /** Said when no worker is eligible. */
  readonly none: string;
  readonly many?: boolean;
}

/** Asks which of the eligible workers; empty when the user leaves or there are none. */
export async function pickWorkers(masters: Masters, question: Question): Promise<readonly WorkerRef[]> {
  const items = masters.workers().filter(({ worker }) => question.eligible(worker));
  if (items.length === 0) {
    await vscode.window.showQuickPick([{ label: question.none }], { title: question.title });
    return [];
  }
  const several = masters.links.length > 1;
  const choices = items.map(({ ref, worker }): WorkerItem => {
    const { label, description } = workerRow(worker);
    return {
      ref,
      label,
      description,
      iconPath: themeIcon(stateIcon(worker)),
      ...(several && { detail: vscode.workspace.asRelativePath(ref.file) }),
    };
  });
  const options = { title: question.title, matchOnDescription: true, matchOnDetail: true };
  if (question.many) {
    const picked = await vscode.window.showQuickPick(choices, { ...options, canPickMany: true });
    return picked?.map(({ ref }) => ref) ?? [];
  }
  const picked = await vscode.window.showQuickPick(choices, options);
  return picked ? [picked.ref] : [];
}
