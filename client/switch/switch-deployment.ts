import * as vscode from 'vscode';
import type { Client } from '../client.ts';
import { byFile } from '../commands/command-target.ts';
import { overlayInForce } from '../environment/environment.ts';
import type { WorkerRef } from '../master/masters.ts';
import type { SwitchDeploymentResult } from '../../server/protocol.ts';

/**
 * Makes workers run the other way, or all of them `to` one way: one undoable edit, saved. Saving applies it and offers
 * the restart. Where an environment is selected its overlay is edited, and created where there is none; the file below
 * stays as it is. Those that cannot be switched are named, and the others are switched all the same.
 */
export async function switchDeployments(
  client: Client,
  refs: readonly WorkerRef[],
  to?: 'process' | 'module',
): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  const changes: Change[] = [];
  for (const [file, ids] of byFile(refs)) {
    const pending = ids.filter((id) => to === undefined || client.masters.worker({ file, id })?.type !== to);
    if (pending.length > 0) changes.push(await addChange(client, edit, file, pending, to));
  }
  const made = changes.filter(({ switched }) => switched.length > 0);
  if (made.length > 0) {
    if (!(await vscode.workspace.applyEdit(edit))) {
      throw new Error('The workers file could not be changed: is it read-only?');
    }
    for (const change of made) await keep(client, change);
  }
  const refusals = changes.flatMap(({ refused }) => refused);
  if (refusals.length > 0) throw new Error(refusals.join(' '));
}

/** What is changed for the workers of one file. */
interface Change {
  readonly file: string;
  /** The file itself, or the overlay over it. */
  readonly written: vscode.Uri;
  /** Whether the edit makes the file, and so writes it to the disk itself. */
  readonly created: boolean;
  readonly switched: SwitchDeploymentResult['switched'];
  readonly refused: readonly string[];
}

async function addChange(
  client: Client,
  edit: vscode.WorkspaceEdit,
  file: string,
  ids: readonly string[],
  to: 'process' | 'module' | undefined,
): Promise<Change> {
  const uri = vscode.Uri.file(file);
  const document = await vscode.workspace.openTextDocument(uri);
  const overlay = overlayInForce(client.masters.add(file));
  const over = overlay && (await openIfThere(overlay));
  const { edits, ...result } = await client.language.switchDeployment(document, {
    ids,
    ...(to && { to }),
    ...(overlay && { overlay: over?.getText() ?? '' }),
  });
  const written = overlay ?? uri;
  const created = overlay !== undefined && over === undefined;
  if (created && edits.length > 0) {
    edit.createFile(written, { contents: Buffer.from(edits.map(({ newText }) => newText).join('')) });
  } else {
    for (const { start, end, newText } of edits) {
      edit.replace(written, new vscode.Range(start.line, start.character, end.line, end.character), newText);
    }
  }
  return { file, written, created, ...result };
}

async function keep(client: Client, { file, written, created, switched }: Change): Promise<void> {
  const place = written.fsPath === file ? [] : [`Written into ${vscode.workspace.asRelativePath(written)}.`];
  const notes = switched.map(({ id, filled }) => ({ id, note: [...(filled ? [filled] : []), ...place].join(' ') }));
  for (const { id, note } of notes.filter((each) => each.note !== '')) {
    client.log.info(`${id}: ${note}`);
    const message = vscode.window.setStatusBarMessage(`${id}: ${note}`, noteMs);
    client.switchNotes.set({ file, id }, { text: note, message });
  }
  // A file that is made is not "saved": it is applied from here.
  if (created) await client.applyOnSave.apply(client.masters.add(file));
  else await (await vscode.workspace.openTextDocument(written)).save();
}

/** How long the status bar tells what was written. */
const noteMs = 10_000;

async function openIfThere(uri: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  const isThere = await Promise.resolve(vscode.workspace.fs.stat(uri)).then(
    () => true,
    () => false,
  );
  return isThere ? vscode.workspace.openTextDocument(uri) : undefined;
}
