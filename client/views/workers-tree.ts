import * as vscode from 'vscode';
import type { MasterLink, WorkerChange } from '../master/master-link.ts';
import type { MasterChange, Masters } from '../master/masters.ts';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import type { WorkerState } from '../../master/lifecycle/worker-state.ts';
import { DrawBudget } from './draw-budget.ts';
import { describeFileRow, type FileRow, sameFileRow } from './file-row.ts';
import { gather, type Gathering } from './gather.ts';
import { groupRow, sameGroupRow } from './group-row.ts';
import { FileNode, GroupNode, type Node, WorkerNode } from './nodes.ts';
import { PacedRows } from './paced-rows.ts';
import { RowTally } from './row-tally.ts';
import { treeItem } from './tree-item.ts';
import { sameRow, type WorkerRow, workerRow } from './worker-row.ts';
import { workerTooltip } from './worker-tooltip.ts';
import { matchesFilter } from './workers-filter.ts';

/** How rows are put together, as the user wants it. */
export interface Look {
  readonly gathering: Gathering;
  readonly filter: string;
}

/** Draws the snapshots of all masters. A row is drawn again only when something shown in it has changed. */
export class WorkersTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly #masters: Masters;
  readonly #files = new Map<string, FileNode>();
  readonly #changed = new vscode.EventEmitter<Node[] | undefined>();
  /** Whether the editor has asked for rows: before, none is to be drawn again, and what it draws is the newest. */
  #asked = false;
  readonly onDidChangeTreeData = this.#changed.event;
  /** Undefined stands for all rows. */
  readonly #rows = new PacedRows<Node | undefined>((rows) => {
    const some = rows.filter((row) => row !== undefined);
    this.#changed.fire(some.length === rows.length ? this.#withSelected(some) : undefined);
  });
  /** What the user has selected in the view. */
  selection: () => readonly Node[] = () => [];
  readonly #parents = new Map<FileNode, { readonly budget: DrawBudget; timer: NodeJS.Timeout | undefined }>();
  readonly #subscriptions: { dispose(): void }[];
  #look: Look;

  constructor(masters: Masters, look: Look) {
    this.#masters = masters;
    this.#look = look;
    this.#subscriptions = [
      masters.onDidAdd((link) => {
        this.#addFile(link);
        this.#draw([undefined]);
      }),
      masters.onDidRemove((file) => {
        this.#files.delete(file);
        this.#draw([undefined]);
      }),
      masters.onDidChange((change) => this.#update(change)),
    ];
    for (const link of masters.links) this.#addFile(link);
  }

  set look(look: Look) {
    this.#look = look;
    for (const link of this.#masters.links) {
      const node = this.#files.get(link.file);
      if (node) this.#take(node, link);
    }
    this.#draw([undefined]);
  }

  getChildren(node?: Node): Node[] {
    this.#asked = true;
    if (!node) return this.#sorted();
    if (node.kind === 'worker') return [];
    if (node.kind === 'file' && node.groups.length > 0) return [...node.groups];
    return [...node.shown];
  }

  getParent(node: Node): Node | undefined {
    if (node.kind === 'file') return undefined;
    return node.kind === 'worker' ? (node.group ?? node.parent) : node.parent;
  }

  node(file: string, id?: string): Node | undefined {
    const fileNode = this.#files.get(file);
    return id === undefined ? fileNode : fileNode?.shown.find((worker) => worker.id === id);
  }

  /** How many workers the filter lets through. */
  get shown(): number {
    return [...this.#files.values()].reduce((total, { shown }) => total + shown.length, 0);
  }

  /** Every row with others below it, from above. */
  get parents(): readonly (FileNode | GroupNode)[] {
    return this.#sorted().flatMap((file) => [file, ...file.groups]);
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (node.kind !== 'worker') node.drawn = node.row;
    return treeItem(node);
  }

  resolveTreeItem(item: vscode.TreeItem, node: Node): vscode.TreeItem {
    const worker = node.kind === 'worker' ? this.#masters.worker(node) : undefined;
    if (worker) item.tooltip = new vscode.MarkdownString(workerTooltip(worker, Date.now()), true);
    return item;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#rows.dispose();
    this.#changed.dispose();
    for (const { timer } of this.#parents.values()) clearTimeout(timer);
  }

  #sorted(): FileNode[] {
    return [...this.#files.values()].sort((a, b) => a.file.localeCompare(b.file));
  }

  #addFile(link: MasterLink): void {
    const node = new FileNode(link.file, fileRow(link, new RowTally(link.workers)));
    this.#files.set(link.file, node);
    this.#take(node, link);
  }

  #update({ link, workers: changes }: MasterChange): void {
    const node = this.#files.get(link.file);
    if (!node) return;
    const { rebuilt, workers } =
      changes?.every(staysInPlace) === true ? this.#takeChanges(node, link, changes) : this.#take(node, link);
    if (rebuilt) {
      this.#draw([node]);
      return;
    }
    const patienceMs = Math.min(...workers.map(([, ms]) => ms));
    const parents = patienceMs === 0 ? this.#parentsToDrawNow(node) : [];
    this.#draw([...parents, ...workers.map(([worker]) => worker)], patienceMs);
    if (parents.length === 0 && this.#staleParents(node).length > 0) this.#drawParents(node);
  }

  /** `patienceMs`: so long they may wait for what comes next. */
  #draw(nodes: readonly (Node | undefined)[], patienceMs = 0): void {
    if (this.#asked) this.#rows.draw(nodes, patienceMs);
  }

  /**
   * Where VS Code draws a selected row anew, those after it are no longer shown as selected until they are drawn too, though
   * commands still act on them (`splice` of the traits of its lists). So all selected ones are drawn, in their order.
   */
  #withSelected(nodes: readonly Node[]): Node[] {
    const selected = this.selection();
    if (selected.length < 2) return [...nodes];
    const together = new Set([...nodes, ...selected]);
    const ownWorkers = (parent: FileNode | GroupNode) =>
      parent.kind === 'file' && parent.groups.length > 0 ? [] : parent.shown;
    return this.parents.flatMap((parent) => [parent, ...ownWorkers(parent)]).filter((node) => together.has(node));
  }

  /** Rows were drawn perhaps before the editor had told of this selection, so not all that are selected. */
  selectionChanged(): void {
    const selected = this.selection();
    if (selected.length > 1 && this.#rows.hasDrawnWithin(newsMs)) this.#draw(selected);
  }

  /**
   * VS Code forgets the rows below one that it draws anew, until it asks for them again; a press on one that comes in between
   * has lost its row (microsoft/vscode#144250). So counts are drawn together with the row that changed them, before anybody
   * can answer to what it shows; where they keep changing only now and then; and not at all when they have come back to what
   * is shown.
   */
  #parentsToDrawNow(file: FileNode): readonly Node[] {
    const { budget } = this.#drawingOf(file);
    if (budget.waitMs > 0) return [];
    const stale = this.#staleParents(file);
    if (stale.length > 0) budget.spend();
    return stale;
  }

  /** The rest: what is passing, and what was too much at once. */
  #drawParents(file: FileNode): void {
    const drawing = this.#drawingOf(file);
    drawing.timer ??= setTimeout(
      () => {
        drawing.timer = undefined;
        const stale = this.#staleParents(file);
        if (stale.length > 0) drawing.budget.spend();
        this.#draw(stale);
      },
      Math.max(settleMs, drawing.budget.waitMs),
    );
  }

  #drawingOf(file: FileNode) {
    const drawing = this.#parents.get(file) ?? {
      budget: new DrawBudget({ burst: parentsAtOnce, everyMs: parentsMs }),
      timer: undefined,
    };
    this.#parents.set(file, drawing);
    return drawing;
  }

  /** Rows with others below them that show what is no longer so; the file's alone, as drawing it draws all below it. */
  #staleParents(file: FileNode): readonly Node[] {
    if (!sameFileRow(file.drawn, file.row)) return [file];
    return file.groups.filter(({ drawn, row }) => !sameGroupRow(drawn, row));
  }

  /** Takes over a link's newest snapshots; tells which rows no longer show them. */
  #take(node: FileNode, link: MasterLink): Stale {
    const known = new Map(node.workers.map((worker) => [worker.id, worker]));
    const nodes = link.workers.map((worker) => known.get(worker.id) ?? new WorkerNode(node, worker));
    node.byId = new Map(nodes.map((child) => [child.id, child]));
    let rebuilt = nodes.length !== node.workers.length || nodes.some((worker, at) => worker !== node.workers[at]);
    node.workers = nodes;
    const workers: [WorkerNode, number][] = [];
    for (const [index, worker] of link.workers.entries()) {
      const child = nodes[index];
      if (!child) continue;
      if (this.#takeWorker(child, worker, workers)) rebuilt = true;
    }
    node.tally = new RowTally(link.workers);
    node.row = fileRow(link, node.tally);
    if (this.#gather(node, link)) rebuilt = true;
    return { rebuilt, workers };
  }

  /** Takes over what has become of some workers that stay where they are. */
  #takeChanges(node: FileNode, link: MasterLink, changes: readonly WorkerChange[]): Stale {
    const workers: [WorkerNode, number][] = [];
    const groups = new Set<GroupNode>();
    let rebuilt = false;
    for (const { before, after } of changes) {
      const child = node.byId.get(after.id);
      if (!child) continue;
      if (this.#takeWorker(child, after, workers)) rebuilt = true;
      node.tally.change(before, after);
      if (!child.group) continue;
      child.group.tally.change(before, after);
      groups.add(child.group);
    }
    node.row = fileRow(link, node.tally);
    for (const group of groups) group.row = groupRow(group.row.label, group.tally);
    return { rebuilt, workers };
  }

  /** Adds the row to those to be drawn again if it shows something else; tells whether it comes or goes. */
  #takeWorker(child: WorkerNode, worker: WorkerSnapshot, stale: [WorkerNode, number][]): boolean {
    const row = workerRow(worker);
    const isShown = this.#look.filter === '' || matchesFilter(worker, this.#look.filter);
    if (!sameRow(child.row, row)) stale.push([child, patienceWith(child.row, row, worker.state)]);
    const comesOrGoes = child.isShown !== isShown;
    child.row = row;
    child.deployment = worker.type;
    child.isShown = isShown;
    return comesOrGoes;
  }

  /** Puts the workers into their groups; tells whether a group or its members are others than before. */
  #gather(node: FileNode, { workers }: MasterLink): boolean {
    const known = new Map(node.groups.map((group) => [group.key, group]));
    for (const child of node.workers) child.group = undefined;
    let moved = false;
    const groups = gather(workers, this.#look.gathering).map((gathered) => {
      const group = known.get(gathered.key) ?? new GroupNode(node, gathered);
      const members = gathered.workers.flatMap(({ id }) => node.byId.get(id) ?? []);
      for (const member of members) member.group = group;
      if (!sameItems(group.workers, members)) moved = true;
      group.workers = members;
      group.tally = new RowTally(gathered.workers);
      group.row = groupRow(gathered.label, group.tally);
      return group;
    });
    if (!sameItems(groups, node.groups)) moved = true;
    node.groups = groups;
    return moved;
  }
}

function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, at) => item === b[at]);
}

/** Rows to draw again. */
interface Stale {
  /** Rows came, went or moved. */
  readonly rebuilt: boolean;
  /** Each with the milliseconds that it may wait for what comes next. */
  readonly workers: readonly (readonly [WorkerNode, number])[];
}

function patienceWith(before: WorkerRow, after: WorkerRow, state: WorkerState): number {
  if (passing.has(state)) return passingMs;
  const looksAlike = before.icon.icon === after.icon.icon && before.icon.color === after.icon.color;
  return looksAlike ? factsMs : 0;
}

/** States that most workers leave in a moment: what comes then is drawn at once where these are not. */
const passing: ReadonlySet<WorkerState> = new Set(['initializing', 'starting', 'stopping']);

/** So long they wait for what comes then. Milliseconds. */
const passingMs = 90;

/** So long a row waits that looks as before and only says something else: one that is drawn loses a click begun on it. Milliseconds. */
const factsMs = 500;

/** Rows with others below them are drawn anew so often at once, and then one time more after each so many milliseconds. */
const parentsAtOnce = 5;
const parentsMs = 2_000;

/** Passing states have them drawn after this: a worker that is restarted leaves the counts as they were. Milliseconds. */
const settleMs = 400;

/** The editor tells of a selection within this time. Milliseconds. */
const newsMs = 500;

/** It stands below the same group as before. */
function staysInPlace({ before, after }: WorkerChange): boolean {
  return before.group === after.group && before.type === after.type;
}

function fileRow(link: MasterLink, tally: RowTally): FileRow {
  const uri = vscode.Uri.file(link.file);
  return describeFileRow(vscode.workspace.asRelativePath(uri), link.state, tally);
}
