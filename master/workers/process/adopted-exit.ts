import type { ProcessTable } from './table/process-table.ts';

/** How often a process that is not our child is looked at, in milliseconds. */
const intervalMs = 250;

/**
 * Resolves when the process is gone. The kernel tells only a parent of an exit, and what it offers to others (a pidfd)
 * cannot be waited for from Node; so an adopted process is looked at four times a second, one read of /proc each, about
 * 10 µs. Its next run is a child again and needs none of this.
 */
export function whenGone(table: ProcessTable, pid: number, start: string): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      void table.find(pid).then((entry) => {
        if (entry?.start === start) return;
        clearInterval(timer);
        resolve();
      });
    }, intervalMs);
    timer.unref();
  });
}
