import type { Relative } from './table/process-table.ts';

/** What is known of the tree of one worker: its leader, who may be gone, and the marks its members carry. */
export interface TreeRoots {
  readonly leader?: { readonly pid: number; readonly start: string; readonly startOrder: number };
  /** `NAME=value` pairs in the environment of every member that kept it. */
  readonly markers: readonly string[];
  /** Members seen before, as `pid start`: they stay members when they are handed to init or clean their environment. */
  readonly known: ReadonlySet<string>;
  /** Whoever carries all of one of these belongs to somebody else. */
  readonly except?: readonly (readonly string[])[];
}

export function identityOf(entry: Pick<Relative, 'pid' | 'start'>): string {
  return `${entry.pid} ${entry.start}`;
}

/** The processes of one look, as trees are found among them: made once for all trees that are asked for. */
export interface Forest<E> {
  readonly entries: readonly E[];
  readonly byPid: ReadonlyMap<number, E>;
  readonly byParent: ReadonlyMap<number, readonly E[]>;
}

export function forestOf<E extends Relative>(entries: readonly E[]): Forest<E> {
  const byParent = new Map<number, E[]>();
  for (const entry of entries) {
    const siblings = byParent.get(entry.parent);
    if (siblings) siblings.push(entry);
    else byParent.set(entry.parent, [entry]);
  }
  return { entries, byPid: new Map(entries.map((entry) => [entry.pid, entry])), byParent };
}

/**
 * The living members of a tree, parents before children. A member carries the markers, or was seen before, or has the
 * leader's session or group, or descends from a member. Nothing older than the leader can belong to it.
 */
export function treeOf<E extends Relative>({ entries, byPid, byParent }: Forest<E>, roots: TreeRoots): E[] {
  const oldest = roots.leader?.startOrder ?? 0;
  const mayBelong = (entry: E) =>
    entry.startOrder >= oldest &&
    entry.pid !== process.pid &&
    roots.except?.some((markers) => entry.carries(markers)) !== true;
  const holder = roots.leader && byPid.get(roots.leader.pid);
  // An id that is a stranger's by now was free before, and no id is free while a session or group has its name.
  const ownsSession = roots.leader !== undefined && (holder === undefined || holder.start === roots.leader.start);
  const leader = ownsSession ? roots.leader?.pid : undefined;
  // Looked up one by one: to name each process there is would cost more than all the rest.
  const known = new Set<E>();
  for (const identity of roots.known) {
    const entry = byPid.get(Number.parseInt(identity, 10));
    if (entry && identityOf(entry) === identity) known.add(entry);
  }
  const isRoot = (entry: E) =>
    (leader !== undefined && (entry.pid === leader || entry.session === leader || entry.group === leader)) ||
    (roots.markers.length > 0 && entry.carries(roots.markers)) ||
    known.has(entry);
  const members = new Map<number, E>();
  const add = (entry: E) => {
    if (members.has(entry.pid) || !mayBelong(entry)) return;
    members.set(entry.pid, entry);
    for (const child of byParent.get(entry.pid) ?? []) {
      // A child older than its parent is another process' child: the parent's id was used again.
      if (child.startOrder >= entry.startOrder) add(child);
    }
  };
  for (const entry of entries) if (isRoot(entry)) add(entry);
  return [...members.values()];
}
