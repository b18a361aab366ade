import * as vscode from 'vscode';
import type { MasterLink } from '../master/master-link.ts';
import type { Masters } from '../master/masters.ts';
import { setting } from '../settings.ts';

/** The name of the overlay that the setting selects for a workers file; undefined for none. */
export function environmentOf(file: string): string | undefined {
  return setting('environment', vscode.Uri.file(file)).trim() || undefined;
}

/** The name of the overlay that a master has laid over its file: by the setting, else by whoever started it. */
function environmentInForce({ file, environment }: Pick<MasterLink, 'file' | 'environment'>): string | undefined {
  return environmentOf(file) ?? environment;
}

/** The overlay that is in force for a workers file; undefined for none. */
export function overlayInForce(link: Pick<MasterLink, 'file' | 'environment'>): vscode.Uri | undefined {
  const environment = environmentInForce(link);
  return environment === undefined ? undefined : overlayOf(vscode.Uri.file(link.file), environment);
}

/** The link whose workers a file is about: a workers file's own, and for an overlay, in force or not, that of the file below. */
export function linkOf(masters: Masters, file: string): MasterLink | undefined {
  return (
    masters.link(file) ??
    masters.links.find((link) => overlayInForce(link)?.fsPath === file) ??
    masters.link(file.replace(/\.[^./\\]+(?=\.ya?ml$)/, ''))
  );
}

/** workers.yaml and "development" make workers.development.yaml, beside it. */
function overlayOf(file: vscode.Uri, environment: string): vscode.Uri {
  return file.with({ path: file.path.replace(/(\.ya?ml)$/, (ending) => `.${environment}${ending}`) });
}

/** The environments that a workers file has overlays for. */
export async function environmentsOf(file: vscode.Uri): Promise<readonly string[]> {
  const [, folder = '', base = '', ending = ''] = /^(.*\/)([^/]*)(\.ya?ml)$/.exec(file.path) ?? [];
  const entries = await vscode.workspace.fs.readDirectory(file.with({ path: folder }));
  return entries
    .map(([name]) => name)
    .filter((name) => name.startsWith(`${base}.`) && name.endsWith(ending))
    .map((name) => name.slice(base.length + 1, -ending.length))
    .filter((environment) => environment !== '')
    .sort();
}
