import * as vscode from 'vscode';
import type { Factory } from '../../master/protocol.ts';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import type { MasterLink } from '../master/master-link.ts';
import type { Masters } from '../master/masters.ts';
import { findFactory } from './find-factory.ts';

/** In the source of a module: above its factory, the workers it runs as, and what can be done with them there. */
export class FactoryLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #masters: Masters;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changed.event;
  /** What each master answered, for as long as its workers are deployed as they were then. */
  readonly #known = new Map<string, { readonly workers: string; readonly factories: Promise<readonly Factory[]> }>();
  readonly #subscriptions: { dispose(): void }[];
  #shown = '';

  constructor(masters: Masters) {
    this.#masters = masters;
    const selector = ['javascript', 'typescript', 'javascriptreact', 'typescriptreact'].map((language) => ({
      language,
      scheme: 'file',
    }));
    this.#subscriptions = [
      masters.onDidChange(({ workers }) => {
        if (!workers || workers.some(({ before, after }) => partOf(before) !== partOf(after))) this.#look();
      }),
      masters.onDidRemove(() => this.#look()),
      vscode.languages.registerCodeLensProvider(selector, this),
      this.#changed,
    ];
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const lists = await Promise.all(this.#masters.links.map((link) => this.#lensesOf(link, document)));
    return lists.flat();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #lensesOf(link: MasterLink, document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const factories = await this.#factoriesOf(link);
    return factories
      .filter(({ sources }) => sources.includes(document.uri.fsPath))
      .flatMap(({ id, entryPoint }) => {
        const worker = link.worker(id);
        const line = entryPoint === null ? 0 : findFactory(document.getText(), entryPoint);
        if (!worker || line === undefined) return [];
        const range = new vscode.Range(line, 0, line, 0);
        const lens = (title: string, command: string) =>
          new vscode.CodeLens(range, { title, command, arguments: [vscode.Uri.file(link.file), id] });
        return [
          lens(titleOf(worker), 'hsu.worker.reveal'),
          lens('Debug', 'hsu.worker.debug'),
          lens(`Switch to ${worker.type === 'module' ? 'process' : 'module'}`, 'hsu.worker.switchDeployment'),
        ];
      });
  }

  #factoriesOf(link: MasterLink): Promise<readonly Factory[]> {
    const workers = deploymentsOf(link);
    const known = this.#known.get(link.file);
    if (known?.workers === workers) return known.factories;
    const factories = link.ask((master) => master.factories()).catch(() => []);
    this.#known.set(link.file, { workers, factories });
    return factories;
  }

  /** Lenses are drawn anew only when one of them would read differently. */
  #look(): void {
    const shown = this.#masters.links
      .map((link) => link.file + deploymentsOf(link) + link.workers.map(titleOf).join())
      .join('\n');
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#changed.fire();
  }
}

function titleOf({ id, type, state }: WorkerSnapshot): string {
  return state === 'running' ? `runs as ${id} (${type})` : `${id} (${type}), ${state}`;
}

/** All of a worker that a lens depends on. */
function partOf(worker: WorkerSnapshot): string {
  return `${titleOf(worker)} ${deploymentOf(worker)}`;
}

function deploymentOf({ id, type, package: name, version }: WorkerSnapshot): string {
  return `${id}:${type}:${name ?? ''}:${version ?? ''}`;
}

function deploymentsOf({ workers }: MasterLink): string {
  return workers.map(deploymentOf).join();
}
