import * as vscode from 'vscode';
import type { FileNode, GroupNode, Node, WorkerNode } from './nodes.ts';
import type { StateIcon } from './state-icon.ts';

/** How a row is drawn. Ids name what is shown, never a state or a time. */
export function treeItem(node: Node): vscode.TreeItem {
  switch (node.kind) {
    case 'file':
      return fileItem(node);
    case 'group':
      return groupItem(node);
    case 'worker':
      return workerItem(node);
  }
}

export function themeIcon({ icon, color }: StateIcon): vscode.ThemeIcon {
  return new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
}

function fileItem({ file, row }: FileNode): vscode.TreeItem {
  const item = new vscode.TreeItem(row.label, vscode.TreeItemCollapsibleState.Expanded);
  item.id = file;
  item.description = row.description;
  item.iconPath = themeIcon(row.icon);
  item.contextValue = 'file';
  item.tooltip = row.problem ?? file;
  item.accessibilityInformation = { label: `${row.label}, ${row.description}` };
  return item;
}

function groupItem({ file, key, deployment, row, shown }: GroupNode): vscode.TreeItem {
  const state = shown.length === 0 ? vscode.TreeItemCollapsibleState.None : vscode.TreeItemCollapsibleState.Expanded;
  const item = new vscode.TreeItem(row.label, state);
  // VS Code keeps a row closed that had none below it when it was first drawn; one that gets some is another row.
  item.id = `${file}#${key}#${shown.length === 0 ? 'empty' : ''}`;
  item.description = row.description;
  item.iconPath = themeIcon(row.icon);
  item.contextValue = `group:${deployment ?? 'named'}`;
  item.accessibilityInformation = { label: `${row.label}, ${row.description}` };
  return item;
}

function workerItem(node: WorkerNode): vscode.TreeItem {
  const { row } = node;
  const item = new vscode.TreeItem(row.label);
  item.id = `${node.file}#${node.id}`;
  item.description = row.description;
  item.iconPath = themeIcon(row.icon);
  item.contextValue = row.contextValue;
  item.accessibilityInformation = { label: row.accessibleLabel };
  item.command = {
    command: 'hsu.worker.openInFile',
    title: vscode.l10n.t('Show in File'),
    arguments: [node],
  };
  return item;
}
