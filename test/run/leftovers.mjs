import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Processes that a run has left: they carry its mark in their environment. Only Linux shows another process's environment,
 * so elsewhere none are found.
 * @param {string} mark as `NAME=value`
 * @returns {readonly { pid: number, command: string }[]}
 */
export function leftovers(mark) {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      try {
        if (!readFileSync(`/proc/${name}/environ`, 'utf8').split('\0').includes(mark)) return [];
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        // A process without a command line has ended and waits for its parent to notice.
        return command === '' ? [] : [{ pid: Number(name), command }];
      } catch {
        return [];
      }
    });
}

/**
 * Waits for a run's processes to end by themselves; kills those that stay and returns them.
 * @param {string} mark as `NAME=value`
 * @param {number} patienceMs
 */
export async function endLeftovers(mark, patienceMs) {
  const until = performance.now() + patienceMs;
  while (performance.now() < until && leftovers(mark).length > 0) await delay(200);
  const stayed = leftovers(mark);
  for (const { pid } of stayed) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has just ended.
    }
  }
  return stayed;
}
