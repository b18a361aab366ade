import * as vscode from 'vscode';
import type { Client } from '../client.ts';
import type { WorkerRef } from '../master/masters.ts';

/** Makes a worker run the other way: one undoable edit, saved; saving applies it and offers the restart. */
export async function switchDeployment(
  client: Client,
  { file, id }: WorkerRef,
  to?: 'process' | 'module',
): Promise<void> {
  const uri = vscode.Uri.file(file);
  const document = await vscode.workspace.openTextDocument(uri);
  const result = await client.language.switchDeployment(document, id, to);
  if ('refused' in result) throw new Error(result.refused);
  if (result.edits.length === 0) return;
  const edit = new vscode.WorkspaceEdit();
  for (const { start, end, newText } of result.edits) {
    edit.replace(uri, new vscode.Range(start.line, start.character, end.line, end.character), newText);
  }
  if (!(await vscode.workspace.applyEdit(edit))) {
    throw new Error(`${vscode.workspace.asRelativePath(uri)} could not be changed: is it read-only?`);
  }
  await document.save();
}
