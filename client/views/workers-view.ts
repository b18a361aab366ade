import * as vscode from 'vscode';
import type { Masters } from '../master/masters.ts';
import { countStates } from './state-counts.ts';
import { WorkersTree, type Node } from './workers-tree.ts';

/** The sidebar's view: the tree, its badge and its message. */
export class WorkersView implements vscode.Disposable {
  readonly #masters: Masters;
  readonly #tree: WorkersTree;
  readonly #view: vscode.TreeView<Node>;
  readonly #subscriptions: { dispose(): void }[];
  #failed = 0;

  constructor(masters: Masters) {
    this.#masters = masters;
    this.#tree = new WorkersTree(masters);
    this.#view = vscode.window.createTreeView('hsu.workers', {
      treeDataProvider: this.#tree,
      canSelectMany: true,
      showCollapseAll: true,
    });
    this.#subscriptions = [
      masters.onDidChange(() => this.#update()),
      masters.onDidAdd(() => this.#update()),
      masters.onDidRemove(() => this.#update()),
      this.#view,
      this.#tree,
    ];
    this.#update();
  }

  get selection(): readonly Node[] {
    return this.#view.selection;
  }

  async reveal(file: string, id?: string): Promise<void> {
    const node = this.#tree.node(file, id);
    if (node) await this.#view.reveal(node, { select: true, focus: true });
    else await vscode.commands.executeCommand('hsu.workers.focus');
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #update(): void {
    const { failed } = countStates(this.#masters.links.flatMap(({ workers }) => workers));
    if (failed !== this.#failed) {
      this.#failed = failed;
      this.#view.badge =
        failed === 0
          ? undefined
          : {
              value: failed,
              tooltip: failed === 1 ? vscode.l10n.t('1 worker failed') : vscode.l10n.t('{0} workers failed', failed),
            };
    }
    const restarting = this.#masters.links.some(({ state }) => state.kind === 'restarting');
    const message = restarting ? vscode.l10n.t('The master has ended and is being restarted.') : '';
    if ((this.#view.message ?? '') !== message) this.#view.message = message;
  }
}
