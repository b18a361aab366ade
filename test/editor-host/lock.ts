import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Report } from './editor-host.ts';

/**
 * Runs `work` while no other process runs its own under the same lock file. A lock whose owner is dead is taken over.
 * It saves double work; what `work` leaves must be right even without it.
 */
export async function withLock(file: string, report: Report, work: () => Promise<void>): Promise<void> {
  let waiting = false;
  while (!(await take(file))) {
    const owner = await readFile(file, 'utf8').catch(() => '');
    if (owner !== '' && !isAlive(Number(owner))) {
      await rm(file, { force: true });
      continue;
    }
    if (!waiting) report(`waiting for process ${owner}, which holds ${file}`);
    waiting = true;
    await delay(250);
  }
  try {
    await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function take(file: string): Promise<boolean> {
  try {
    await writeFile(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
