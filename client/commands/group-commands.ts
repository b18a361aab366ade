import * as vscode from 'vscode';
import type { Client } from '../client.ts';
import type { WorkerRef } from '../master/masters.ts';
import { switchDeployments } from '../switch/switch-deployment.ts';
import { FileNode, GroupNode } from '../views/nodes.ts';
import { themeIcon } from '../views/tree-item.ts';
import { restart, restartFailed, start, stop } from './order-many.ts';

type Handler = (client: Client, ...parameters: unknown[]) => Promise<void>;

/**
 * Commands of the rows of files and groups. Without a row they ask which is meant, and never take all for it: while rows
 * are drawn anew, VS Code may have lost the one that was clicked (microsoft/vscode#144250).
 */
export const groupCommands: Readonly<Record<string, Handler>> = {
  'hsu.group.start': onMembers('Start Group', start),
  'hsu.group.stop': onMembers('Stop Group', stop),
  'hsu.group.restart': onMembers('Restart Group', restart),
  'hsu.group.restartFailed': onMembers('Restart Failed Workers of Group', restartFailed),
  'hsu.group.switchToProcess': onMembers('Switch Group to Processes', (client, refs) =>
    switchDeployments(client, refs, 'process'),
  ),
  'hsu.group.switchToModule': onMembers('Switch Group to Modules', (client, refs) =>
    switchDeployments(client, refs, 'module'),
  ),
};

function onMembers(title: string, act: (client: Client, refs: readonly WorkerRef[]) => Promise<void>): Handler {
  return async (client, row) => {
    const node = row instanceof FileNode || row instanceof GroupNode ? row : await pick(client, title);
    if (node) {
      await act(
        client,
        node.workers.map(({ file, id }) => ({ file, id })),
      );
    }
  };
}

interface GroupItem extends vscode.QuickPickItem {
  readonly node: FileNode | GroupNode;
}

async function pick({ view }: Client, title: string): Promise<FileNode | GroupNode | undefined> {
  const files = view.parents.filter(({ kind }) => kind === 'file').length;
  const items = view.parents
    .filter(({ workers }) => workers.length > 0)
    .map((node): GroupItem => {
      const { label, description, icon } = node.row;
      const of = node.kind === 'group' && files > 1 ? { detail: vscode.workspace.asRelativePath(node.file) } : {};
      return { node, label, description, iconPath: themeIcon(icon), ...of };
    });
  const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t(title), matchOnDescription: true });
  return picked?.node;
}
