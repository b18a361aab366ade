import type { ProcessEntry } from './table/process-table.ts';

/** What is known of the tree of one worker: its leader, who may be gone, and the marks its members carry. */
export interface TreeRoots {
  readonly leader?: { readonly pid: number; readonly start: string; readonly startOrder: number };
  /** `NAME=value` pairs in the environment of every member that kept it. */
  readonly markers: readonly string[];
  /** Members seen before, as `pid start`: they stay members when they are handed to init or clean their environment. */
  readonly known: ReadonlySet<string>;
}

export function identityOf(entry: Pick<ProcessEntry, 'pid' | 'start'>): string {
  return `${entry.pid} ${entry.start}`;
}

/**
 * The living members of a tree, parents before children. A member carries the markers, or was seen before, or has the
 * leader's session or group, or descends from a member. Nothing older than the leader can belong to it.
 */
export function treeOf(entries: readonly ProcessEntry[], roots: TreeRoots): ProcessEntry[] {
  const oldest = roots.leader?.startOrder ?? 0;
  const candidates = entries.filter((entry) => entry.startOrder >= oldest && entry.pid !== process.pid);
  const holder = roots.leader && entries.find(({ pid }) => pid === roots.leader?.pid);
  // An id that is a stranger's by now was free before, and no id is free while a session or group has its name.
  const ownsSession = roots.leader !== undefined && (holder === undefined || holder.start === roots.leader.start);
  const isRoot = (entry: ProcessEntry) =>
    roots.known.has(identityOf(entry)) ||
    (ownsSession && [entry.pid, entry.session, entry.group].includes(roots.leader?.pid ?? -1)) ||
    (roots.markers.length > 0 && entry.carries(roots.markers));

  const children = new Map<number, ProcessEntry[]>();
  for (const entry of candidates) {
    const siblings = children.get(entry.parent);
    if (siblings) siblings.push(entry);
    else children.set(entry.parent, [entry]);
  }
  const members = new Map<number, ProcessEntry>();
  const add = (entry: ProcessEntry) => {
    if (members.has(entry.pid)) return;
    members.set(entry.pid, entry);
    for (const child of children.get(entry.pid) ?? []) {
      // A child older than its parent is another process' child: the parent's id was used again.
      if (child.startOrder >= entry.startOrder) add(child);
    }
  };
  for (const entry of candidates) if (!members.has(entry.pid) && isRoot(entry)) add(entry);
  return [...members.values()];
}
