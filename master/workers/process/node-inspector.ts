import { readlinkSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { moveInspectorAt } from '../../inspector/close-inspector.ts';
import { WorkerError } from '../worker.ts';
import type { SignalRefusal } from './allowed-signals.ts';
import { usualInspectorPort } from './inspector-port.ts';
import type { ProcessEntry, ProcessTable } from './table/process-table.ts';

/** How long a Node process may take to open its inspector, in milliseconds; its loop must turn for it. */
const patienceMs = 5000;

/** How long it may take from its begin until it catches the signal that asks for that, on a busy machine. Milliseconds. */
const beginMs = 10_000;

/** After which it is asked again. Milliseconds. */
const askAgainMs = 1000;

export interface NodeInspector {
  /** Its websocket URL. */
  readonly address: string;
  /** Whether it was opened for us; the program's own is left open. */
  readonly opened: boolean;
}

/**
 * Asks the first Node process of a tree to open its inspector (SIGUSR1) and finds it by the port it then listens on.
 * Any other program would be ended by that signal, so only a Node is asked, once it catches it, and only one that has none open.
 */
export async function openNodeInspector(
  worker: string,
  table: ProcessTable,
  members: readonly ProcessEntry[],
  refused?: SignalRefusal,
): Promise<NodeInspector> {
  const node = members.find(runsNode);
  if (!node || process.platform === 'win32') {
    throw new WorkerError({
      code: 'internal',
      message: `${worker} cannot be debugged here: no Node process was found in it. Attach the debugger of its language to pid ${members[0]?.pid ?? 0}.`,
    });
  }
  const own = await findInspector(table, [node]);
  if (own !== undefined) return { address: own, opened: false };
  const why = refused?.('SIGUSR1');
  if (why !== undefined) {
    throw new WorkerError({
      code: 'internal',
      message: `${worker} cannot be debugged: ${why}. Add SIGUSR1 to allowed_signals, or start it with --inspect=0.`,
    });
  }
  const address = await askForInspector(table, node);
  if (address !== undefined) return { address, opened: true };
  throw new WorkerError({
    code: 'internal',
    message: `${worker} did not open its inspector within ${patienceMs / 1000} s: its loop is busy, it does not listen to SIGUSR1, or its inspector's port is taken (${usualInspectorPort} where it does not say another, as with --inspect-port=9300 in NODE_OPTIONS). Debug it again, or restart it.`,
  });
}

/** Where it opens at the usual port, because nobody has given it another, it leaves that to others at once. */
async function askForInspector(table: ProcessTable, node: ProcessEntry): Promise<string | undefined> {
  if (!(await canBeAsked(table, node))) return undefined;
  const limit = AbortSignal.timeout(patienceMs);
  const find = (signal: AbortSignal) => inspectorIn(table, () => Promise.resolve([node]), signal);
  while (!limit.aborted) {
    // Asked again and again: while the port is another's, Node opens none.
    await table.signal(node.pid, 'SIGUSR1', 'process');
    const address = await find(AbortSignal.any([limit, AbortSignal.timeout(askAgainMs)]));
    if (address === undefined) continue;
    if (Number(new URL(address).port) !== usualInspectorPort) return address;
    await moveInspectorAt(address);
    return find(limit);
  }
  return undefined;
}

/** Resolves to true once the signal asks for the inspector: a Node that has only begun, or was told not to, it would end. */
async function canBeAsked(table: ProcessTable, { pid }: ProcessEntry): Promise<boolean> {
  const deadline = performance.now() + beginMs;
  while ((await table.catches(pid, 'SIGUSR1')) === false) {
    if (performance.now() > deadline) return false;
    await wait(10);
  }
  return true;
}

/** The inspector that a process of the tree has open, as soon as there is one; undefined when the signal aborts first. */
export async function inspectorIn(
  table: ProcessTable,
  members: () => Promise<readonly ProcessEntry[]>,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (let pause = 10; !signal.aborted; pause = Math.min(pause * 2, 200)) {
    const address = await findInspector(table, await members());
    if (address !== undefined) return address;
    await wait(pause);
  }
  return undefined;
}

async function findInspector(table: ProcessTable, members: readonly ProcessEntry[]): Promise<string | undefined> {
  for (const { port } of await table.listening(members.map(({ pid }) => pid))) {
    const address = await inspectorAt(port);
    if (address !== undefined) return address;
  }
  return undefined;
}

/** Node 24 names its main thread, which Linux shows as the process's name; the executable tells the program then. */
function runsNode({ pid, name }: ProcessEntry): boolean {
  const program = /^(node|electron|code)/i;
  if (program.test(name)) return true;
  if (name !== 'MainThread') return false;
  try {
    return program.test(path.basename(readlinkSync(`/proc/${pid}/exe`)));
  } catch {
    return false;
  }
}

/** The websocket URL, where an inspector listens on this port of the loopback. */
async function inspectorAt(port: number): Promise<string | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/json/list`, { signal: AbortSignal.timeout(500) });
    const targets: unknown = await response.json();
    const target: unknown = Array.isArray(targets) ? targets[0] : undefined;
    if (typeof target !== 'object' || target === null || !('webSocketDebuggerUrl' in target)) return undefined;
    return typeof target.webSocketDebuggerUrl === 'string' ? target.webSocketDebuggerUrl : undefined;
  } catch {
    return undefined;
  }
}
