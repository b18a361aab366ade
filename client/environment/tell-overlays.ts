import * as vscode from 'vscode';
import type { Language } from '../language/language.ts';
import type { MasterLink } from '../master/master-link.ts';
import type { Masters } from '../master/masters.ts';
import { overlayInForce } from './environment.ts';

/** Tells the language server which overlay is in force for each workers file, as it comes, changes and goes. */
export function tellOverlays(masters: Masters, language: Pick<Language, 'lay'>): vscode.Disposable {
  const tell = (link: MasterLink) => language.lay(vscode.Uri.file(link.file), overlayInForce(link));
  masters.links.forEach(tell);
  return vscode.Disposable.from(
    masters.onDidAdd(tell),
    masters.onDidChange(({ link, workers }) => {
      if (!workers) tell(link);
    }),
    masters.onDidRemove((file) => language.lay(vscode.Uri.file(file), undefined)),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('hsu.environment')) masters.links.forEach(tell);
    }),
  );
}
