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
  readonly byPid: ReadonlyMap<number, E>;
  readonly byParent: ReadonlyMap<number, readonly E[]>;
  readonly bySession: ReadonlyMap<number, readonly E[]>;
  readonly byGroup: ReadonlyMap<number, readonly E[]>;
  readonly byMark: ReadonlyMap<string, readonly E[]>;
  /** Those that must be asked what they carry. */
  readonly unread: readonly E[];
}

export function forestOf<E extends Relative>(entries: readonly E[]): Forest<E> {
  const byPid = new Map<number, E>();
  const byParent = new Map<number, E[]>();
  const bySession = new Map<number, E[]>();
  const byGroup = new Map<number, E[]>();
  const byMark = new Map<string, E[]>();
  const unread: E[] = [];
  for (const entry of entries) {
    byPid.set(entry.pid, entry);
    put(byParent, entry.parent, entry);
    put(bySession, entry.session, entry);
    put(byGroup, entry.group, entry);
    if (entry.marks) for (const mark of entry.marks) put(byMark, mark, entry);
    else unread.push(entry);
  }
  return { byPid, byParent, bySession, byGroup, byMark, unread };
}

function put<K, E>(lists: Map<K, E[]>, key: K, entry: E): void {
  const list = lists.get(key);
  if (list) list.push(entry);
  else lists.set(key, [entry]);
}

/**
 * The living members of a tree, parents before children. A member carries the markers, or was seen before, or has the
 * leader's session or group, or descends from a member. Nothing older than the leader can belong to it. All of them are
 * looked up: to go through every process for each of a hundred trees would cost more than all the rest.
 */
export function treeOf<E extends Relative>(forest: Forest<E>, roots: TreeRoots): E[] {
  const { leader, markers, known, except } = roots;
  const { byPid, byParent } = forest;
  const oldest = leader?.startOrder ?? 0;
  const mayBelong = (entry: E) =>
    entry.startOrder >= oldest && entry.pid !== process.pid && except?.some((others) => entry.carries(others)) !== true;
  const members = new Map<number, E>();
  const add = (entry: E) => {
    if (members.has(entry.pid) || !mayBelong(entry)) return;
    members.set(entry.pid, entry);
    for (const child of byParent.get(entry.pid) ?? []) {
      // A child older than its parent is another process' child: the parent's id was used again.
      if (child.startOrder >= entry.startOrder) add(child);
    }
  };
  const holder = leader && byPid.get(leader.pid);
  // An id that is a stranger's by now was free before, and no id is free while a session or group has its name.
  if (leader && (holder === undefined || holder.start === leader.start)) {
    if (holder) add(holder);
    for (const entry of forest.bySession.get(leader.pid) ?? []) add(entry);
    for (const entry of forest.byGroup.get(leader.pid) ?? []) add(entry);
  }
  const rarest = rarestOf(markers, forest.byMark);
  for (const entry of rarest) if (entry.carries(markers)) add(entry);
  if (markers.length > 0) for (const entry of forest.unread) if (entry.carries(markers)) add(entry);
  for (const identity of known) {
    const entry = byPid.get(Number.parseInt(identity, 10));
    if (entry && identityOf(entry) === identity) add(entry);
  }
  return [...members.values()];
}

/** Whoever carries the one of the marks that the fewest carry: all members are among them. */
function rarestOf<E>(marks: readonly string[], byMark: Forest<E>['byMark']): readonly E[] {
  let rarest: readonly E[] | undefined;
  for (const mark of marks) {
    const carriers = byMark.get(mark) ?? [];
    if (rarest === undefined || carriers.length < rarest.length) rarest = carriers;
  }
  return rarest ?? [];
}
