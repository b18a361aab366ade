import * as vscode from 'vscode';
import type { MasterLink } from '../master/master-link.ts';
import type { Masters } from '../master/masters.ts';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { describeFileRow, type FileRow, sameFileRow } from './file-row.ts';
import type { StateIcon } from './state-icon.ts';
import { sameRow, workerRow, type WorkerRow } from './worker-row.ts';
import { workerTooltip } from './worker-tooltip.ts';

/** The row of a workers file. */
export class FileNode {
  readonly kind = 'file';
  readonly file: string;
  row: FileRow;
  workers: readonly WorkerNode[] = [];

  constructor(file: string, row: FileRow) {
    this.file = file;
    this.row = row;
  }
}

/** The row of a worker: one object for the life of its id, so that menus and selections survive every update. */
export class WorkerNode {
  readonly kind = 'worker';
  readonly parent: FileNode;
  readonly id: string;
  row: WorkerRow;

  constructor(parent: FileNode, worker: WorkerSnapshot) {
    this.parent = parent;
    this.id = worker.id;
    this.row = workerRow(worker);
  }

  get file(): string {
    return this.parent.file;
  }
}

export type Node = FileNode | WorkerNode;

/** Draws the snapshots of all masters. A row is drawn again only when something shown in it has changed. */
export class WorkersTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly #masters: Masters;
  readonly #files = new Map<string, FileNode>();
  readonly #changed = new vscode.EventEmitter<Node | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #subscriptions: { dispose(): void }[];

  constructor(masters: Masters) {
    this.#masters = masters;
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

  getChildren(node?: Node): Node[] {
    if (!node) return [...this.#files.values()].sort((a, b) => a.file.localeCompare(b.file));
    return node.kind === 'file' ? [...node.workers] : [];
  }

  getParent(node: Node): Node | undefined {
    return node.kind === 'worker' ? node.parent : undefined;
  }

  node(file: string, id?: string): Node | undefined {
    const fileNode = this.#files.get(file);
    return id === undefined ? fileNode : fileNode?.workers.find((worker) => worker.id === id);
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return node.kind === 'file' ? fileItem(node) : workerItem(node);
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
    node.workers = link.workers.map((worker) => new WorkerNode(node, worker));
  }

  #update(link: MasterLink): void {
    const node = this.#files.get(link.file);
    if (!node) return;
    const known = new Map(node.workers.map((worker) => [worker.id, worker]));
    const workers = link.workers.map((worker) => known.get(worker.id) ?? new WorkerNode(node, worker));
    const row = fileRow(link);
    const sameList = workers.length === node.workers.length && workers.every((worker, i) => worker === node.workers[i]);
    const sameFile = sameFileRow(node.row, row);
    node.workers = workers;
    node.row = row;
    const stale: WorkerNode[] = [];
    for (const [index, worker] of link.workers.entries()) {
      const child = workers[index];
      const next = workerRow(worker);
      if (!child || sameRow(child.row, next)) continue;
      child.row = next;
      stale.push(child);
    }
    // Drawing a file's row draws its children too.
    if (!sameList || !sameFile) this.#changed.fire(node);
    else for (const child of stale) this.#changed.fire(child);
  }
}

function fileRow(link: MasterLink): FileRow {
  const uri = vscode.Uri.file(link.file);
  return describeFileRow(vscode.workspace.asRelativePath(uri), link.state, link.workers);
}

function fileItem(node: FileNode): vscode.TreeItem {
  const item = new vscode.TreeItem(node.row.label, vscode.TreeItemCollapsibleState.Expanded);
  item.id = node.file;
  item.description = node.row.description;
  item.iconPath = themeIcon(node.row.icon);
  item.contextValue = 'file';
  item.tooltip = node.row.problem ?? node.file;
  item.accessibilityInformation = { label: `${node.row.label}, ${node.row.description}` };
  return item;
}

function workerItem(node: WorkerNode): vscode.TreeItem {
  const { row } = node;
  const item = new vscode.TreeItem(row.label);
  item.id = `${node.file}#${node.id}`;
  item.description = row.description;
  item.iconPath = themeIcon(row.icon);
  item.contextValue = row.contextValue;
  item.accessibilityInformation = { label: row.accessibleLabel };
  item.command = {
    command: 'hsu.worker.openInFile',
    title: vscode.l10n.t('Show in File'),
    arguments: [node],
  };
  return item;
}

export function themeIcon({ icon, color }: StateIcon): vscode.ThemeIcon {
  return new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
}
