import * as vscode from 'vscode';
import type { InstalledPackageInfo, PackageOffer } from '../../master/protocol.ts';

export interface InstalledNode {
  readonly kind: 'installed';
  readonly file: string;
  readonly info: InstalledPackageInfo;
}

/** Rows of the Packages view. `file` is the workers file's path. */
export type PackageNode =
  | { readonly kind: 'group'; readonly file: string; readonly label: string; readonly nodes: readonly PackageNode[] }
  | InstalledNode
  | { readonly kind: 'available'; readonly file: string; readonly offer: PackageOffer };

export function packageItem(node: PackageNode): vscode.TreeItem {
  switch (node.kind) {
    case 'group': {
      const item = new vscode.TreeItem(node.label, vscode.TreeItemCollapsibleState.Expanded);
      item.contextValue = 'packageGroup';
      return item;
    }
    case 'installed':
      return installedItem(node.file, node.info);
    case 'available': {
      const { name, version, description, repository } = node.offer;
      const item = new vscode.TreeItem(name);
      item.id = `${node.file}#available#${repository}#${name}`;
      item.description = [version, description].filter(Boolean).join(' · ');
      item.tooltip = `${name} ${version}\n${description}\n${repository}`;
      item.iconPath = new vscode.ThemeIcon('cloud');
      item.contextValue = 'package:available';
      item.accessibilityInformation = { label: `${name} ${version}, available. ${description}` };
      return item;
    }
  }
}

function installedItem(file: string, info: InstalledPackageInfo): vscode.TreeItem {
  const { name, version, users, update, canRollback, source } = info;
  const item = new vscode.TreeItem(name);
  const used = users.length === 0 ? vscode.l10n.t('not used') : users.join(', ');
  const newer = update ? [vscode.l10n.t('{0} available', update.version)] : [];
  item.id = `${file}#installed#${name}#${version}`;
  item.description = [version, ...newer, used].join(' · ');
  item.tooltip = `${name} ${version}\n${source}`;
  item.iconPath = new vscode.ThemeIcon(update ? 'arrow-circle-up' : 'package');
  item.contextValue = [
    'package:installed',
    ...(update ? ['canUpgrade'] : []),
    ...(canRollback ? ['canRollback'] : []),
    ...(users.length === 0 ? ['canRemove'] : []),
  ].join(':');
  item.accessibilityInformation = { label: [`${name} ${version}`, 'installed', ...newer, used].join(', ') };
  return item;
}
