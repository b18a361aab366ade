import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import type { FileRow } from './file-row.ts';
import type { Gathered } from './gather.ts';
import { groupRow, type GroupRow } from './group-row.ts';
import { RowTally } from './row-tally.ts';
import { workerRow, type WorkerRow } from './worker-row.ts';

/** Rows of the Workers view. Each is one object for the life of what it shows, so that menus and selections last. */
export type Node = FileNode | GroupNode | WorkerNode;

export type DeploymentType = WorkerSnapshot['type'];

/** The row of a workers file. */
export class FileNode {
  readonly kind = 'file';
  readonly file: string;
  row: FileRow;
  /** What VS Code was last given of it. */
  drawn: FileRow;
  workers: readonly WorkerNode[] = [];
  /** The same by id. */
  byId: ReadonlyMap<string, WorkerNode> = new Map();
  tally = new RowTally();
  /** None where the workers stand below the file itself. */
  groups: readonly GroupNode[] = [];

  /** Those that the filter lets through. */
  get shown(): readonly WorkerNode[] {
    return this.workers.filter(({ isShown }) => isShown);
  }

  constructor(file: string, row: FileRow) {
    this.file = file;
    this.row = row;
    this.drawn = row;
  }
}

/** The row of a named group, or of all processes or modules of a file. */
export class GroupNode {
  readonly kind = 'group';
  readonly parent: FileNode;
  readonly key: string;
  readonly deployment: DeploymentType | undefined;
  row: GroupRow;
  /** What VS Code was last given of it. */
  drawn: GroupRow;
  tally: RowTally;
  workers: readonly WorkerNode[] = [];

  constructor(parent: FileNode, { key, label, deployment, workers }: Gathered) {
    this.parent = parent;
    this.key = key;
    this.deployment = deployment;
    this.tally = new RowTally(workers);
    this.row = groupRow(label, this.tally);
    this.drawn = this.row;
  }

  get file(): string {
    return this.parent.file;
  }

  /** Those that the filter lets through. */
  get shown(): readonly WorkerNode[] {
    return this.workers.filter(({ isShown }) => isShown);
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
  /** Undefined where it stands below the file itself. */
  group: GroupNode | undefined;

  constructor(parent: FileNode, worker: WorkerSnapshot) {
    this.parent = parent;
    this.id = worker.id;
    this.deployment = worker.type;
    this.row = workerRow(worker);
  }

  get file(): string {
    return this.parent.file;
  }
}
