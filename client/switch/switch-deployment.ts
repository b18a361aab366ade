import * as vscode from 'vscode';
import type { Client } from '../client.ts';
import { byFile } from '../commands/command-target.ts';
import type { WorkerRef } from '../master/masters.ts';

/**
 * Makes workers run the other way, or all of them `to` one way: one undoable edit, saved. Saving applies it and offers
 * the restart. Those that cannot be switched are named, and the others are switched all the same.
 */
export async function switchDeployments(
  client: Client,
  refs: readonly WorkerRef[],
  to?: 'process' | 'module',
): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  const refusals: string[] = [];
  const changed: vscode.TextDocument[] = [];
  for (const [file, ids] of byFile(refs)) {
    const uri = vscode.Uri.file(file);
    const document = await vscode.workspace.openTextDocument(uri);
    const pending = ids.filter((id) => to === undefined || client.masters.worker({ file, id })?.type !== to);
    for (const id of pending) {
      const result = await client.language.switchDeployment(document, id, to);
      if ('refused' in result) refusals.push(result.refused);
      else {
        for (const { start, end, newText } of result.edits) {
          edit.replace(uri, new vscode.Range(start.line, start.character, end.line, end.character), newText);
        }
        if (result.edits.length > 0) changed.push(document);
      }
    }
  }
  if (changed.length > 0) {
    if (!(await vscode.workspace.applyEdit(edit))) {
      throw new Error('The workers file could not be changed: is it read-only?');
    }
    for (const document of new Set(changed)) await document.save();
  }
  if (refusals.length > 0) throw new Error(refusals.join(' '));
}
