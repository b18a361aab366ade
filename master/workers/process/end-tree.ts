import { setTimeout as wait } from 'node:timers/promises';
import type { WorkerFailure } from '../../lifecycle/worker-snapshot.ts';
import { WorkerError, type StopReport } from '../worker.ts';
import type { SignalRefusal } from './allowed-signals.ts';
import { identityOf, type TreeRoots } from './process-tree.ts';
import type { ProcessEntry, ProcessTable } from './table/process-table.ts';

export interface TreeEnding {
  readonly worker: string;
  readonly table: ProcessTable;
  readonly roots: () => TreeRoots;
  /** Told of every member that is found, so that it stays one when it leaves its parent. */
  readonly remember: (members: readonly ProcessEntry[]) => void;
  /** Resolves when the leader is over; absent when there is none (any more). */
  readonly leaderOver?: Promise<unknown>;
  /** Asks the leader in a way of its own, within so many milliseconds; false when it could not. */
  readonly ask?: (limitMs: number) => Promise<boolean>;
  /** How the leader is asked else; SIGTERM where it is absent. */
  readonly askSignal?: NodeJS.Signals;
  /** A group is asked together, unless it is not ours. */
  readonly scope?: 'process' | 'group';
  /** Signals that may not be sent to it; what does not end without them goes on. */
  readonly refused?: SignalRefusal;
}

/** How long the kernel is given to remove what was killed, in milliseconds. */
const killPatienceMs = 5000;

/**
 * Ends a whole tree: asks the leader's group, then whatever outlived the leader, waits `graceMs` in all, kills, and
 * resolves when nothing is left but what it may not kill. Rejects with "cannot-stop" naming what is left.
 */
export async function endTree(ending: TreeEnding, graceMs: number): Promise<StopReport> {
  const { table, roots } = ending;
  // A process that is going has no environment to be known by any more, but may still hold its ports.
  const seen = new Set<string>();
  const look = async () => {
    const { known, ...others } = roots();
    const members = await table.tree({ ...others, known: new Set([...known, ...seen]) });
    for (const member of members) seen.add(identityOf(member));
    ending.remember(members);
    return members;
  };
  const leftovers: string[] = [];
  const refused: SignalRefusal = (signal) => ending.refused?.(signal);
  const ask = async ({ pid }: { readonly pid: number }, signal: NodeJS.Signals, scope: 'process' | 'group') => {
    const why = refused(signal);
    if (why !== undefined) {
      if (!leftovers.includes(why)) leftovers.push(why);
      return false;
    }
    await table.signal(pid, signal, scope);
    // What is held would not hear it.
    if (table.canHold && refused('SIGCONT') === undefined) await table.signal(pid, 'SIGCONT', scope);
    return true;
  };
  const leader = roots().leader;
  let members = await look();
  if (members.length === 0) return { forced: false, leftovers: [] };

  const deadline = performance.now() + graceMs;
  const signal = ending.askSignal ?? 'SIGTERM';
  if (ending.leaderOver && leader && graceMs > 0) {
    const isAsked = ending.ask && (await Promise.race([ending.ask(graceMs), ending.leaderOver.then(() => true)]));
    if (isAsked !== true) await ask(leader, signal, ending.scope ?? 'group');
    await settled(ending.leaderOver, deadline - performance.now());
    members = await look();
  }
  // What is asked here outlived its leader, or had left the leader's group.
  const asked = new Set<string>();
  for (let pause = 1; members.length > 0 && performance.now() < deadline; pause = Math.min(pause * 2, 50)) {
    for (const member of members) {
      if (asked.has(identityOf(member))) continue;
      asked.add(identityOf(member));
      if (member.pid === leader?.pid) continue;
      if (await ask(member, 'SIGTERM', 'process'))
        leftovers.push(`${named(member)} outlived its leader and was asked to end`);
    }
    // The end of a process that is not our child is told by nobody; this runs only while such a one is ending.
    await wait(Math.min(pause, Math.max(0, deadline - performance.now())));
    members = await look();
  }
  if (members.length === 0) return { forced: false, leftovers };
  const why = refused('SIGKILL');
  if (why !== undefined) {
    const went = graceMs > 0 ? 'did not end when asked' : 'goes on';
    return { forced: false, leftovers, spared: `${members.map(named).join(', ')} ${went}: ${why}` };
  }
  leftovers.push(...(await kill(ending, members, look)));
  return { forced: true, leftovers };
}

/** Again and again, because a member may have forked between being seen and being killed. */
async function kill(
  { table, worker }: TreeEnding,
  members: readonly ProcessEntry[],
  look: () => Promise<readonly ProcessEntry[]>,
): Promise<string[]> {
  const killed = new Map<string, string>();
  const deadline = performance.now() + killPatienceMs;
  let left = members;
  for (let pause = 1; left.length > 0; pause = Math.min(pause * 2, 50)) {
    if (performance.now() > deadline) throw new WorkerError(cannotStop(worker, left));
    for (const member of left) {
      killed.set(identityOf(member), `${named(member)} did not end when asked and was killed`);
      await table.signal(member.pid, 'SIGKILL', 'process');
    }
    await wait(pause);
    left = await look();
  }
  return [...killed.values()];
}

function cannotStop(worker: string, left: readonly ProcessEntry[]): WorkerFailure {
  const names = left.map(named).join(', ');
  return {
    code: 'cannot-stop',
    message: `${worker} cannot be stopped: ${names} did not end even when killed. It waits for a device or belongs to another user; end it by hand.`,
  };
}

function named({ name, pid }: ProcessEntry): string {
  return `${name} (pid ${pid})`;
}

/** Resolves when the promise does, or after `ms`. */
async function settled(promise: Promise<unknown>, ms: number): Promise<void> {
  const timer = new AbortController();
  await Promise.race([promise, wait(ms, undefined, { signal: timer.signal }).catch(() => undefined)]);
  timer.abort();
}
