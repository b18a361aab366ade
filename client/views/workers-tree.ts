import * as vscode from 'vscode';
import type { MasterLink } from '../master/master-link.ts';
import type { Masters } from '../master/masters.ts';
import { describeFileRow, type FileRow, sameFileRow } from './file-row.ts';
import { groupRow, sameGroupRow } from './group-row.ts';
import { FileNode, type Node, WorkerNode } from './nodes.ts';
import { treeItem } from './tree-item.ts';
import { sameRow, workerRow } from './worker-row.ts';
import { workerTooltip } from './worker-tooltip.ts';

/** Draws the snapshots of all masters. A row is drawn again only when something shown in it has changed. */
export class WorkersTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly #masters: Masters;
  readonly #files = new Map<string, FileNode>();
  readonly #changed = new vscode.EventEmitter<Node | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #subscriptions: { dispose(): void }[];
  #grouped: boolean;

  constructor(masters: Masters, grouped: boolean) {
    this.#masters = masters;
    this.#grouped = grouped;
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

  set grouped(grouped: boolean) {
    this.#grouped = grouped;
    this.#changed.fire(undefined);
  }

  getChildren(node?: Node): Node[] {
    if (!node) return [...this.#files.values()].sort((a, b) => a.file.localeCompare(b.file));
    if (node.kind === 'worker') return [];
    if (node.kind === 'file' && this.#grouped && node.workers.length > 0) return [...node.groups];
    return [...node.workers];
  }

  getParent(node: Node): Node | undefined {
    if (node.kind === 'file') return undefined;
    return node.kind === 'worker' && this.#grouped ? node.group : node.parent;
  }

  node(file: string, id?: string): Node | undefined {
    const fileNode = this.#files.get(file);
    return id === undefined ? fileNode : fileNode?.workers.find((worker) => worker.id === id);
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return treeItem(node);
  }

  resolveTreeItem(item: vscode.TreeItem, node: Node): vscode.TreeItem {
    const worker = node.kind === 'worker' ? this.#masters.worker(node) : undefined;
    if (worker) item.tooltip = new vscode.MarkdownString(workerTooltip(worker, Date.now()), true);
    return item;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
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
    if (stale.includes(node)) this.#changed.fire(node);
    else for (const each of stale) this.#changed.fire(each);
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
      if (!sameRow(child.row, row)) stale.add(child);
      if (child.deployment !== worker.type) stale.add(node);
      child.row = row;
      child.deployment = worker.type;
    }
    const row = fileRow(link);
    if (!sameFileRow(node.row, row)) stale.add(node);
    node.row = row;
    for (const group of node.groups) {
      const members = link.workers.filter(({ type }) => type === group.deployment);
      const next = groupRow(group.deployment, members);
      if (!sameGroupRow(group.row, next) && this.#grouped) stale.add(group);
      group.row = next;
    }
    return [...stale];
  }
}

function fileRow(link: MasterLink): FileRow {
  const uri = vscode.Uri.file(link.file);
  return describeFileRow(vscode.workspace.asRelativePath(uri), link.state, link.workers);
}
