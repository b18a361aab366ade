import * as vscode from 'vscode';
import type { Masters } from '../master/masters.ts';
import { addCounts, describeCounts } from '../../master/lifecycle/state-counts.ts';

/** One item on the left: counts by state; hidden while there is nothing to count. */
export function showStatusBar(masters: Masters): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('hsu.status', vscode.StatusBarAlignment.Left, 10);
  item.name = vscode.l10n.t('HSU Workers');
  item.command = 'hsu.showActions';
  let shown = '';
  const update = () => {
    const counts = addCounts(masters.links.map((link) => link.counts));
    const text = describeCounts(counts);
    if (counts.total === 0) {
      shown = '';
      item.hide();
      return;
    }
    if (text === shown) return;
    shown = text;
    const icon = counts.failed > 0 ? 'error' : counts.unwell > 0 ? 'warning' : 'server-process';
    item.text = `$(${icon}) ${counts.running}/${counts.total}`;
    item.tooltip = vscode.l10n.t('Workers: {0}', text);
    item.backgroundColor = counts.failed > 0 ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
    item.accessibilityInformation = { label: vscode.l10n.t('Workers: {0}', text) };
    item.show();
  };
  update();
  const subscriptions = [masters.onDidChange(update), masters.onDidAdd(update), masters.onDidRemove(update)];
  return vscode.Disposable.from(item, ...subscriptions);
}
