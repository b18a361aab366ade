import * as vscode from 'vscode';
import type { ApplyOnSave, ReadAs } from '../apply/apply-on-save.ts';
import type { MasterLink } from '../master/master-link.ts';
import type { Masters } from '../master/masters.ts';
import { setting } from '../settings.ts';
import { environmentOf } from './environment.ts';

/** Has each workers file read as the settings say, also when they change: with its overlay, and on ports of their own. */
export function followSettings(masters: Masters, applyOnSave: ApplyOnSave): vscode.Disposable {
  const apply = (link: MasterLink, read: ReadAs) => {
    if (Object.keys(read).length === 0) return;
    applyOnSave.apply(link, read).catch((error: unknown) => {
      void askForAnother(error instanceof Error ? error.message : String(error));
    });
  };
  const watch = (link: MasterLink) => {
    link.onDidConnect(() => {
      const environment = environmentOf(link.file);
      const isolated = isolatedBySetting(link.file);
      // Where the settings want nothing, a master that somebody else started goes on as it was started.
      apply(link, {
        ...(environment !== undefined && link.environment !== environment && { environment }),
        ...(isolated && !link.isolated && { isolated }),
      });
    });
  };
  masters.links.forEach(watch);
  const added = masters.onDidAdd(watch);
  const configured = vscode.workspace.onDidChangeConfiguration((event) => {
    for (const link of masters.links) {
      const uri = vscode.Uri.file(link.file);
      apply(link, {
        ...(event.affectsConfiguration('hsu.environment', uri) && { environment: environmentOf(link.file) ?? null }),
        ...(event.affectsConfiguration('hsu.isolated', uri) && { isolated: isolatedBySetting(link.file) }),
      });
    }
  });
  return new vscode.Disposable(() => {
    added.dispose();
    configured.dispose();
  });
}

function isolatedBySetting(file: string): boolean {
  return setting('isolated', vscode.Uri.file(file));
}

async function askForAnother(why: string): Promise<void> {
  const select = vscode.l10n.t('Select Environment…');
  const chosen = await vscode.window.showErrorMessage(why, select);
  if (chosen === select) await vscode.commands.executeCommand('hsu.selectEnvironment');
}
