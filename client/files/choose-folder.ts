import * as vscode from 'vscode';

/** A folder of the window; asked for where there are several. Undefined when there is none or the user leaves. */
export async function chooseFolder(): Promise<vscode.WorkspaceFolder | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return folders.length > 1 ? vscode.window.showWorkspaceFolderPick() : folders.at(0);
}
