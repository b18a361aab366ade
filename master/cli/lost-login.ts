import { fstatSync, readFileSync, readlinkSync } from 'node:fs';
import { parseStat, type ProcStat } from '../workers/process/table/proc-format.ts';

/** How often it is looked at: once costs some microseconds. Milliseconds. */
const lookAgainMs = 2_000;

/** The servers of remote logins, as the system calls their processes. */
const loginServer = /^(sshd|dropbear)/;

/**
 * Calls back when the connection is lost over which a remote login without a terminal reads this output. Nothing tells
 * that but a write that fails, and what is quiet would be left behind: there is no terminal to hang up. Linux only.
 */
export function onLostLogin(descriptor: number, lost: () => void): void {
  const login = process.platform === 'linux' ? loginThatReads(descriptor) : undefined;
  if (!login) return;
  const timer = setInterval(() => {
    const parent = statOf(login.first)?.parent;
    if (parent === login.server) return;
    clearInterval(timer);
    // Whose parent has ended is given another one. One that has ended itself tells nothing, and its number may be another's.
    if (parent !== undefined) lost();
  }, lookAgainMs);
  timer.unref();
}

/** The first process of the session and the server it was begun by, where that server has the other end of the pipe. */
function loginThatReads(descriptor: number): { readonly first: number; readonly server: number } | undefined {
  const first = statOf('self')?.session ?? 0;
  const server = statOf(first)?.parent ?? 0;
  if (!loginServer.test(statOf(server)?.name ?? '')) return undefined;
  try {
    const isItsPipe = readlinkSync(`/proc/${first}/fd/1`) === readlinkSync(`/proc/self/fd/${descriptor}`);
    return isItsPipe && fstatSync(descriptor).isFIFO() ? { first, server } : undefined;
  } catch {
    // It is over by now, or was closed.
    return undefined;
  }
}

function statOf(pid: number | 'self'): ProcStat | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}
