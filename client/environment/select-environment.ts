import * as vscode from 'vscode';
import type { Client } from '../client.ts';
import { environmentOf, environmentsOf } from './environment.ts';

interface EnvironmentItem extends vscode.QuickPickItem {
  readonly environment: string;
}

/** Asks for the overlay to lay over the workers files, and keeps the answer in the workspace's settings. */
export async function selectEnvironment({ masters }: Client): Promise<void> {
  const files = masters.links.map(({ file }) => vscode.Uri.file(file));
  const names = [...new Set((await Promise.all(files.map(environmentsOf))).flat())].sort();
  const current = new Set(files.map(({ fsPath }) => environmentOf(fsPath) ?? ''));
  const items = ['', ...names].map((environment): EnvironmentItem => ({
    environment,
    label: environment === '' ? vscode.l10n.t('None') : environment,
    description: environment === '' ? 'workers.yaml' : `workers.${environment}.yaml`,
    ...(current.has(environment) && { iconPath: new vscode.ThemeIcon('check') }),
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Environment'),
    placeHolder:
      names.length === 0
        ? vscode.l10n.t('Create workers.development.yaml beside workers.yaml to have an environment')
        : vscode.l10n.t('The overlay that is laid over the workers file'),
  });
  if (!picked) return;
  const value = picked.environment === '' ? undefined : picked.environment;
  await vscode.workspace.getConfiguration('hsu').update('environment', value, vscode.ConfigurationTarget.Workspace);
}
