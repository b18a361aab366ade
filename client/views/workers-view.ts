import * as vscode from 'vscode';
import type { Masters, WorkerRef } from '../master/masters.ts';
import { addCounts } from '../../master/lifecycle/state-counts.ts';
import type { Gathering } from './gather.ts';
import type { FileNode, GroupNode, Node } from './nodes.ts';
import { WorkersTree } from './workers-tree.ts';

const gatheringKey = 'view.gathering';
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
    // Before this view listens: what it says of the filter is what the tree shows by then.
    this.#tree = new WorkersTree(masters, { gathering: this.gathering, filter: this.filter });
    this.#view = vscode.window.createTreeView('hsu.workers', {
      treeDataProvider: this.#tree,
      canSelectMany: true,
      showCollapseAll: true,
      dragAndDropController: drop,
    });
    this.#tree.selection = () => this.#view.selection;
    this.#subscriptions = [
      this.#view.onDidChangeSelection(() => this.#tree.selectionChanged()),
      masters.onDidChange(() => this.#update()),
      masters.onDidAdd(() => this.#update()),
      masters.onDidRemove(() => this.#update()),
      this.#view,
      this.#tree,
    ];
    this.#tellLook();
    this.#update();
  }

  /** How the workers of a file are put together; remembered for the workspace. */
  get gathering(): Gathering {
    return this.#memory.get<Gathering>(gatheringKey, 'named');
  }

  /** Words that all shown workers have in what is said of them; remembered for the workspace. */
  get filter(): string {
    return this.#memory.get(filterKey, '');
  }

  /** The workers whose rows are selected. */
  get selected(): readonly WorkerRef[] {
    return this.#view.selection.filter((node) => node.kind === 'worker').map(({ file, id }) => ({ file, id }));
  }

  async gather(gathering: Gathering): Promise<void> {
    await this.#memory.update(gatheringKey, gathering);
    this.#tellLook();
  }

  async setFilter(filter: string): Promise<void> {
    await this.#memory.update(filterKey, filter.trim());
    this.#tellLook();
    this.#update();
  }

  /** The rows of all files and groups, as they stand in the tree. */
  get parents(): readonly (FileNode | GroupNode)[] {
    return this.#tree.parents;
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
    const { gathering, filter } = this;
    this.#tree.look = { gathering, filter };
    void vscode.commands.executeCommand('setContext', 'hsu.view.gathering', gathering);
    void vscode.commands.executeCommand('setContext', 'hsu.view.filtered', filter !== '');
  }

  #update(): void {
    const { failed, total } = addCounts(this.#masters.links.map((link) => link.counts));
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
    const shown = filter === '' ? total : this.#tree.shown;
    const messages = [
      restarting ? vscode.l10n.t('The master has ended and is being restarted.') : '',
      filter === '' ? '' : vscode.l10n.t('Filter “{0}”: {1} of {2} workers.', filter, shown, total),
    ];
    const message = messages.filter((one) => one !== '').join(' ');
    if ((this.#view.message ?? '') !== message) this.#view.message = message;
  }
}
