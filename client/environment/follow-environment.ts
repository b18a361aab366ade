import * as vscode from 'vscode';
import type { ApplyOnSave } from '../apply/apply-on-save.ts';
import type { MasterLink } from '../master/master-link.ts';
import type { Masters } from '../master/masters.ts';
import { environmentOf } from './environment.ts';

/** Lays the overlay that the setting selects over each workers file, also when the setting changes. */
export function followEnvironment(masters: Masters, applyOnSave: ApplyOnSave): vscode.Disposable {
  const apply = (link: MasterLink, environment: string | null) => {
    applyOnSave.apply(link, environment).catch((error: unknown) => {
      void askForAnother(error instanceof Error ? error.message : String(error));
    });
  };
  const watch = (link: MasterLink) => {
    link.onDidConnect(() => {
      const wanted = environmentOf(link.file);
      // Without one, a master that somebody else started keeps the environment it was given.
      if (wanted !== undefined && link.environment !== wanted) apply(link, wanted);
    });
  };
  masters.links.forEach(watch);
  const added = masters.onDidAdd(watch);
  const configured = vscode.workspace.onDidChangeConfiguration((event) => {
    for (const link of masters.links) {
      if (!event.affectsConfiguration('hsu.environment', vscode.Uri.file(link.file))) continue;
      apply(link, environmentOf(link.file) ?? null);
    }
  });
  return new vscode.Disposable(() => {
    added.dispose();
    configured.dispose();
  });
}

async function askForAnother(why: string): Promise<void> {
  const select = vscode.l10n.t('Select Environment…');
  const chosen = await vscode.window.showErrorMessage(why, select);
  if (chosen === select) await vscode.commands.executeCommand('hsu.selectEnvironment');
}
