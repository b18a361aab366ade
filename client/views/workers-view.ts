import * as vscode from 'vscode';
import type { Masters } from '../master/masters.ts';
import { countStates } from '../../master/lifecycle/state-counts.ts';
import type { Node } from './nodes.ts';
import { matchesFilter } from './workers-filter.ts';
import { WorkersTree } from './workers-tree.ts';

const groupedKey = 'view.grouped';
const filterKey = 'view.filter';

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
    this.#tree = new WorkersTree(masters, { grouped: this.grouped, filter: this.filter });
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
    this.#tellLook();
    this.#update();
  }

  /** Whether processes and modules stand in groups of their own; remembered for the workspace. */
  get grouped(): boolean {
    return this.#memory.get(groupedKey, true);
  }

  /** Words that all shown workers have in what is said of them; remembered for the workspace. */
  get filter(): string {
    return this.#memory.get(filterKey, '');
  }

  async setGrouped(grouped: boolean): Promise<void> {
    await this.#memory.update(groupedKey, grouped);
    this.#tellLook();
  }

  async setFilter(filter: string): Promise<void> {
    await this.#memory.update(filterKey, filter.trim());
    this.#tellLook();
    this.#update();
  }

  async reveal(file: string, id?: string): Promise<void> {
    const node = this.#tree.node(file, id);
    if (node) await this.#view.reveal(node, { select: true, focus: true });
    else await vscode.commands.executeCommand('hsu.workers.focus');
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #tellLook(): void {
    const { grouped, filter } = this;
    this.#tree.look = { grouped, filter };
    void vscode.commands.executeCommand('setContext', 'hsu.view.grouped', grouped);
    void vscode.commands.executeCommand('setContext', 'hsu.view.filtered', filter !== '');
  }

  #update(): void {
    const workers = this.#masters.links.flatMap((link) => link.workers);
    const { failed } = countStates(workers);
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
    const { filter } = this;
    const restarting = this.#masters.links.some(({ state }) => state.kind === 'restarting');
    const shown = workers.filter((worker) => matchesFilter(worker, filter)).length;
    const messages = [
      restarting ? vscode.l10n.t('The master has ended and is being restarted.') : '',
      filter === '' ? '' : vscode.l10n.t('Filter “{0}”: {1} of {2} workers.', filter, shown, workers.length),
    ];
    const message = messages.filter((one) => one !== '').join(' ');
    if ((this.#view.message ?? '') !== message) this.#view.message = message;
  }
}
