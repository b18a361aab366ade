import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import type { FileRow } from './file-row.ts';
import { groupRow, type GroupRow } from './group-row.ts';
import { workerRow, type WorkerRow } from './worker-row.ts';

/** Rows of the Workers view. Each is one object for the life of what it shows, so that menus and selections last. */
export type Node = FileNode | GroupNode | WorkerNode;

export type DeploymentType = WorkerSnapshot['type'];

/** The row of a workers file. */
export class FileNode {
  readonly kind = 'file';
  readonly file: string;
  readonly groups: readonly GroupNode[];
  row: FileRow;
  /** What VS Code was last given of it. */
  drawn: FileRow;
  workers: readonly WorkerNode[] = [];

  /** Those that the filter lets through. */
  get shown(): readonly WorkerNode[] {
    return this.workers.filter(({ isShown }) => isShown);
  }

  constructor(file: string, row: FileRow) {
    this.file = file;
    this.row = row;
    this.drawn = row;
    this.groups = [new GroupNode(this, 'process'), new GroupNode(this, 'module')];
  }
}

/** The row of all processes or all modules of a file; there also when empty, as a place to drop workers. */
export class GroupNode {
  readonly kind = 'group';
  readonly parent: FileNode;
  readonly deployment: DeploymentType;
  row: GroupRow;
  /** What VS Code was last given of it. */
  drawn: GroupRow;

  constructor(parent: FileNode, deployment: DeploymentType) {
    this.parent = parent;
    this.deployment = deployment;
    this.row = groupRow(deployment, []);
    this.drawn = this.row;
  }

  get file(): string {
    return this.parent.file;
  }

  /** Those that the filter lets through. */
  get shown(): readonly WorkerNode[] {
    return this.parent.shown.filter(({ deployment }) => deployment === this.deployment);
  }
}

/** The row of a worker. */
export class WorkerNode {
  readonly kind = 'worker';
  readonly parent: FileNode;
  readonly id: string;
  deployment: DeploymentType;
  row: WorkerRow;
  isShown = true;

  constructor(parent: FileNode, worker: WorkerSnapshot) {
    this.parent = parent;
    this.id = worker.id;
    this.deployment = worker.type;
    this.row = workerRow(worker);
  }

  get file(): string {
    return this.parent.file;
  }

  get group(): GroupNode | undefined {
    return this.parent.groups.find(({ deployment }) => deployment === this.deployment);
  }
}
