/** Signals through Node's own kill, where a negative id means the group. */
export function signalByKill(pid: number, signal: NodeJS.Signals, scope: 'process' | 'group'): Promise<void> {
  // 0, 1 and -1 would mean "my own group", init and "everybody".
  if (pid > 1) {
    try {
      process.kill(scope === 'group' ? -pid : pid, signal);
    } catch (error) {
      if (!isGone(error)) return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }
  return Promise.resolve();
}

/** ESRCH: gone. EPERM for a group on macOS: only zombies are left in it; for a process: it is somebody else's now. */
function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM');
}
