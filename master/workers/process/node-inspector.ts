import { readlinkSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { WorkerError } from '../worker.ts';
import type { ProcessEntry, ProcessTable } from './table/process-table.ts';

/** How long a Node process may take to open its inspector, in milliseconds; its loop must turn for it. */
const patienceMs = 5000;

/**
 * Asks the first Node process of a tree to open its inspector (SIGUSR1) and finds it by the port it then listens on.
 * Resolves to its websocket URL. Any other program would be ended by that signal, so only a Node is asked.
 */
export async function openNodeInspector(
  worker: string,
  table: ProcessTable,
  members: readonly ProcessEntry[],
): Promise<string> {
  const node = members.find(runsNode);
  if (!node || process.platform === 'win32') {
    throw new WorkerError({
      code: 'internal',
      message: `${worker} cannot be debugged here: no Node process was found in it. Attach the debugger of its language to pid ${members[0]?.pid ?? 0}.`,
    });
  }
  await table.signal(node.pid, 'SIGUSR1', 'process');
  const deadline = performance.now() + patienceMs;
  for (let pause = 10; performance.now() < deadline; pause = Math.min(pause * 2, 200)) {
    for (const { port } of await table.listening([node.pid])) {
      const url = await inspectorAt(port);
      if (url) return url;
    }
    await wait(pause);
  }
  throw new WorkerError({
    code: 'internal',
    message: `${worker} did not open its inspector within ${patienceMs / 1000} s: its loop is busy, or the inspector's port is taken. Start it with --inspect-port=0 in NODE_OPTIONS.`,
  });
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
