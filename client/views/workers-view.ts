import * as vscode from 'vscode';
import type { Masters } from '../master/masters.ts';
import { countStates } from './state-counts.ts';
import type { Node } from './nodes.ts';
import { WorkersTree } from './workers-tree.ts';

const groupedKey = 'view.grouped';

/** The sidebar's view: the tree, its badge and its message. */
export class WorkersView implements vscode.Disposable {
  readonly #masters: Masters;
  readonly #memory: vscode.Memento;
  readonly #tree: WorkersTree;
  readonly #view: vscode.TreeView<Node>;
  readonly #subscriptions: { dispose(): void }[];
  #failed = 0;

  constructor(masters: Masters, memory: vscode.Memento, drop: vscode.TreeDragAndDropController<Node>) {
    this.#masters = masters;
    this.#memory = memory;
    this.#tree = new WorkersTree(masters, this.grouped);
    this.#view = vscode.window.createTreeView('hsu.workers', {
      treeDataProvider: this.#tree,
      canSelectMany: true,
      showCollapseAll: true,
      dragAndDropController: drop,
    });
    this.#subscriptions = [
      masters.onDidChange(() => this.#update()),
      masters.onDidAdd(() => this.#update()),
      masters.onDidRemove(() => this.#update()),
      this.#view,
      this.#tree,
    ];
    this.#tellGrouped();
    this.#update();
  }

  /** Whether processes and modules stand in groups of their own; remembered for the workspace. */
  get grouped(): boolean {
    return this.#memory.get(groupedKey, true);
  }

  async setGrouped(grouped: boolean): Promise<void> {
    await this.#memory.update(groupedKey, grouped);
    this.#tree.grouped = grouped;
    this.#tellGrouped();
  }

  async reveal(file: string, id?: string): Promise<void> {
    const node = this.#tree.node(file, id);
    if (node) await this.#view.reveal(node, { select: true, focus: true });
    else await vscode.commands.executeCommand('hsu.workers.focus');
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #tellGrouped(): void {
    void vscode.commands.executeCommand('setContext', 'hsu.view.grouped', this.grouped);
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
