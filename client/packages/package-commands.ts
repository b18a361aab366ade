import * as vscode from 'vscode';
import type { Client } from '../client.ts';
import type { InstalledPackageInfo } from '../../master/protocol.ts';
import type { InstalledNode, PackageNode } from './package-nodes.ts';
import { repositoriesOf } from './packages-view.ts';

type Handler = (client: Client, ...parameters: unknown[]) => Promise<void> | void;

/** Every command of the Packages view; `install` without a row asks for a name. */
export const packageCommands: Readonly<Record<string, Handler>> = {
  'hsu.packages.refresh': ({ packages }) => packages.refresh(),
  'hsu.package.install': async (client, node) => {
    if (!isNode(node) || node.kind !== 'available') return installByName(client);
    const { name, version, repository } = node.offer;
    await changing(client, node.file, () => install(client, node.file, { name: `${name}:${version}`, repository }));
  },
  'hsu.package.upgrade': async (client, row) => {
    const node = await installedRow(client, row, ({ update }) => update !== null);
    if (!node?.info.update) return;
    const { name, version, repository } = node.info.update;
    await changing(client, node.file, () =>
      install(client, node.file, { name: `${name}:${version}`, repository, upgrades: node.info.version }),
    );
  },
  'hsu.package.rollback': async (client, row) => {
    const node = await installedRow(client, row, ({ canRollback }) => canRollback);
    if (!node) return;
    const { file, info } = node;
    await changing(client, file, () => client.masters.add(file).ask((master) => master.rollbackPackage(info.name)));
  },
  'hsu.package.remove': async (client, row) => {
    const node = await installedRow(client, row, ({ users }) => users.length === 0);
    if (!node) return;
    const { name, version } = node.info;
    await client.masters.add(node.file).ask((master) => master.removePackage(name, version));
    client.packages.refresh();
  },
  'hsu.package.showUsers': (client, uri, position, locations) =>
    client.language.showReferences(uri, position, locations),
};

/** How long the status bar says that nothing was installed. */
const saidMs = 10_000;

interface Wanted {
  readonly name: string;
  readonly repository: string;
  readonly upgrades?: string;
}

async function install(client: Client, file: string, wanted: Wanted): Promise<void> {
  const title = vscode.l10n.t('Installing {0}', wanted.name);
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  await vscode.window.withProgress(options, async (progress, cancelled) => {
    const aborter = new AbortController();
    cancelled.onCancellationRequested(() => aborter.abort());
    let percent = 0;
    const told = ({ received, total }: { received: number; total: number | null }) => {
      const now = total === null ? percent : Math.round((100 * received) / total);
      progress.report({ increment: now - percent, message: `${Math.round(received / 1000)} kB` });
      percent = now;
    };
    try {
      await client.masters.add(file).ask((master) => master.installPackage(wanted, told, aborter.signal));
    } catch (error) {
      if (!aborter.signal.aborted) throw error;
      const message = vscode.l10n.t('The installation of {0} was cancelled: nothing was installed.', wanted.name);
      client.log.info(message);
      vscode.window.setStatusBarMessage(message, saidMs);
    }
  });
}

/** The master may edit the workers file: what is unsaved is saved before, and what it says then is applied. */
async function changing(client: Client, file: string, change: () => Promise<void>): Promise<void> {
  const document = vscode.workspace.textDocuments.find(({ uri }) => uri.fsPath === file);
  if (document?.isDirty) await document.save();
  await change();
  client.packages.refresh();
  await client.applyOnSave.apply(client.masters.add(file));
}

async function installByName(client: Client): Promise<void> {
  const files = client.masters.links.map(({ file }) => file);
  const file = files.length > 1 ? await vscode.window.showQuickPick(files, { title: 'Install a Package' }) : files[0];
  if (file === undefined) return;
  const repositories = repositoriesOf(file);
  if (repositories.length === 0) {
    const open = vscode.l10n.t('Open Settings');
    const message = vscode.l10n.t('No package repository is set.');
    if ((await vscode.window.showInformationMessage(message, open)) !== open) return;
    await vscode.commands.executeCommand('workbench.action.openSettings', 'hsu.packages.repositories');
    return;
  }
  const name = await vscode.window.showInputBox({
    title: vscode.l10n.t('Install a Package'),
    prompt: vscode.l10n.t('name, name:1.2.3 or name@^1.2'),
  });
  if (!name) return;
  const repository =
    repositories.length > 1 ? await vscode.window.showQuickPick([...repositories], { title: name }) : repositories[0];
  if (repository === undefined) return;
  await changing(client, file, () => install(client, file, { name, repository }));
}

/** The row that is meant. A button pressed while the view is drawn may arrive without it: then the user is asked. */
async function installedRow(
  { packages }: Client,
  row: unknown,
  eligible: (info: InstalledPackageInfo) => boolean,
): Promise<InstalledNode | undefined> {
  if (isNode(row)) return row.kind === 'installed' ? row : undefined;
  const nodes = (await packages.installed()).filter(({ info }) => eligible(info));
  const picked = await vscode.window.showQuickPick(
    nodes.map((node) => ({
      label: `${node.info.name} ${node.info.version}`,
      description: node.info.users.join(', '),
      node,
    })),
    { title: vscode.l10n.t('Packages') },
  );
  return picked?.node;
}

function isNode(value: unknown): value is PackageNode {
  return typeof value === 'object' && value !== null && 'kind' in value && 'file' in value;
}
