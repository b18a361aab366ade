import * as vscode from 'vscode';
import type { MasterLink } from '../master/master-link.ts';
import type { Masters } from '../master/masters.ts';
import { describeFileRow, type FileRow, sameFileRow } from './file-row.ts';
import { groupRow, sameGroupRow } from './group-row.ts';
import { type AbsentNode, FileNode, type Node, WorkerNode } from './nodes.ts';
import { treeItem } from './tree-item.ts';
import { sameRow, workerRow } from './worker-row.ts';
import { workerTooltip } from './worker-tooltip.ts';
import { matchesFilter } from './workers-filter.ts';

/** How rows are put together, as the user wants it. */
export interface Look {
  readonly grouped: boolean;
  readonly filter: string;
}

/** Draws the snapshots of all masters. A row is drawn again only when something shown in it has changed. */
export class WorkersTree implements vscode.TreeDataProvider<Node | AbsentNode>, vscode.Disposable {
  readonly #masters: Masters;
  readonly #files = new Map<string, FileNode>();
  readonly #changed = new vscode.EventEmitter<Node | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #redrawn = new vscode.EventEmitter<Node>();
  /** A row with others below it is drawn anew: from this moment VS Code knows none of them. */
  readonly onDidForgetChildren = this.#redrawn.event;
  /** Rows that are about to be drawn anew. */
  readonly #fired = new Set<Node>();
  readonly #subscriptions: { dispose(): void }[];
  #look: Look;

  constructor(masters: Masters, look: Look) {
    this.#masters = masters;
    this.#look = look;
    this.#subscriptions = [
      masters.onDidAdd((link) => {
        this.#addFile(link);
        this.#changed.fire(undefined);
      }),
      masters.onDidRemove((file) => {
        this.#files.delete(file);
        this.#changed.fire(undefined);
      }),
      masters.onDidChange((link) => this.#update(link)),
    ];
    for (const link of masters.links) this.#addFile(link);
  }

  set look(look: Look) {
    this.#look = look;
    for (const link of this.#masters.links) {
      const node = this.#files.get(link.file);
      if (node) this.#take(node, link);
    }
    this.#changed.fire(undefined);
  }

  getChildren(node?: Node | AbsentNode): Node[] {
    if (!node) return [...this.#files.values()].sort((a, b) => a.file.localeCompare(b.file));
    if (node.kind === 'worker' || node.kind === 'absent') return [];
    if (node.kind === 'file' && this.#look.grouped && node.workers.length > 0) return [...node.groups];
    return [...node.shown];
  }

  getParent(node: Node | AbsentNode): Node | undefined {
    if (node.kind === 'file') return undefined;
    return node.kind === 'worker' && this.#look.grouped ? node.group : node.parent;
  }

  node(file: string, id?: string): Node | undefined {
    const fileNode = this.#files.get(file);
    return id === undefined ? fileNode : fileNode?.shown.find((worker) => worker.id === id);
  }

  getTreeItem(node: Node | AbsentNode): vscode.TreeItem {
    if (node.kind === 'absent') return new vscode.TreeItem('');
    if (this.#fired.delete(node) && node.kind !== 'worker') this.#redrawn.fire(node);
    return treeItem(node);
  }

  resolveTreeItem(item: vscode.TreeItem, node: Node | AbsentNode): vscode.TreeItem {
    const worker = node.kind === 'worker' ? this.#masters.worker(node) : undefined;
    if (worker) item.tooltip = new vscode.MarkdownString(workerTooltip(worker, Date.now()), true);
    return item;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
    this.#redrawn.dispose();
  }

  #addFile(link: MasterLink): void {
    const node = new FileNode(link.file, fileRow(link));
    this.#files.set(link.file, node);
    this.#take(node, link);
  }

  #update(link: MasterLink): void {
    const node = this.#files.get(link.file);
    if (!node) return;
    const stale = this.#take(node, link);
    // Drawing a row draws all below it.
    for (const each of stale.includes(node) ? [node] : stale) {
      this.#fired.add(each);
      this.#changed.fire(each);
    }
  }

  /** Takes over a link's newest snapshots; the rows that no longer show them. */
  #take(node: FileNode, link: MasterLink): readonly Node[] {
    const known = new Map(node.workers.map((worker) => [worker.id, worker]));
    const workers = link.workers.map((worker) => known.get(worker.id) ?? new WorkerNode(node, worker));
    const stale = new Set<Node>();
    if (workers.length !== node.workers.length || workers.some((worker, i) => worker !== node.workers[i])) {
      stale.add(node);
    }
    node.workers = workers;
    for (const [index, worker] of link.workers.entries()) {
      const child = workers[index];
      if (!child) continue;
      const row = workerRow(worker);
      const isShown = matchesFilter(worker, this.#look.filter);
      if (!sameRow(child.row, row)) stale.add(child);
      if (child.deployment !== worker.type || child.isShown !== isShown) stale.add(node);
      child.row = row;
      child.deployment = worker.type;
      child.isShown = isShown;
    }
    const row = fileRow(link);
    if (!sameFileRow(node.row, row)) stale.add(node);
    node.row = row;
    for (const group of node.groups) {
      const members = link.workers.filter(({ type }) => type === group.deployment);
      const next = groupRow(group.deployment, members);
      if (!sameGroupRow(group.row, next) && this.#look.grouped) stale.add(group);
      group.row = next;
    }
    return [...stale];
  }
}

function fileRow(link: MasterLink): FileRow {
  const uri = vscode.Uri.file(link.file);
  return describeFileRow(vscode.workspace.asRelativePath(uri), link.state, link.workers);
}
