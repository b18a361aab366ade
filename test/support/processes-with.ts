import { readdir, readFile } from 'node:fs/promises';

/** The processes below an ancestor whose command line holds a text. Linux, where the editor suites run. */
export async function processesWith(text: string, ancestor: number): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).map(Number).filter(Number.isInteger);
  const known = new Map<number, { parent: number; command: string }>();
  for (const pid of pids) {
    // A process may end while it is looked at.
    const [stat, command] = await Promise.all(
      ['stat', 'cmdline'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')),
    );
    const parent = Number(stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    known.set(pid, { parent, command: command ?? '' });
  }
  const below = (pid: number): boolean => {
    if (pid === ancestor) return true;
    const parent = known.get(pid)?.parent;
    return parent !== undefined && parent > 1 && below(parent);
  };
  return [...known].filter(([pid, { command }]) => command.includes(text) && below(pid)).map(([pid]) => pid);
}
