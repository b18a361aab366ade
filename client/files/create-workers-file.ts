import * as vscode from 'vscode';
import { chooseFolder } from './choose-folder.ts';

const firstFile = `# Each worker is one service. "type" says where it runs: in a process of its own or as a module in the master.
workers:
  - id: my-service
    type: process
    execution:
      executable_path: ./server.js
`;

/** Writes a first workers.yaml into a folder of the window and opens it; one that is there is only opened. */
export async function createWorkersFile(): Promise<void> {
  const folder = await chooseFolder();
  if (!folder) return;
  const uri = vscode.Uri.joinPath(folder.uri, 'workers.yaml');
  const edit = new vscode.WorkspaceEdit();
  edit.createFile(uri, { ignoreIfExists: true, contents: Buffer.from(firstFile) });
  await vscode.workspace.applyEdit(edit);
  await vscode.window.showTextDocument(uri);
}
