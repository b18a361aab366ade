import * as vscode from 'vscode';
import { runCli } from '../cli/run-cli.ts';
import { chooseFolder } from './choose-folder.ts';

/** What `hsu import --json` answers. */
interface Found {
  readonly file: string;
  readonly services: readonly {
    readonly id: string;
    readonly source: string;
    readonly program: { readonly executable: string; readonly args: readonly string[] };
    readonly enabled?: boolean;
    readonly notes: readonly string[];
  }[];
}

interface ServiceItem extends vscode.QuickPickItem {
  readonly id: string;
}

/** Shows the services that other tools' files of a folder describe, and writes a workers.yaml with the chosen ones. */
export async function importServices(): Promise<void> {
  const folder = await chooseFolder();
  if (!folder) return;
  const place = folder.uri.fsPath;
  const { file, services } = JSON.parse(await runCli(place, ['import', '--json'])) as Found;
  const items = services.map(({ id, source, program, enabled, notes }): ServiceItem => ({
    id,
    label: id,
    description: [program.executable, ...program.args].join(' '),
    detail: [source, ...notes].join(' · '),
    picked: enabled !== false,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Import services into {0}', vscode.workspace.asRelativePath(file)),
    placeHolder: vscode.l10n.t('Nothing is run; the services are written into a new workers file'),
    canPickMany: true,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (!picked || picked.length === 0) return;
  await runCli(place, ['import', '--write', '--only', picked.map(({ id }) => id).join(',')]);
  await vscode.window.showTextDocument(vscode.Uri.file(file));
}
