import { watch } from 'node:fs';

/** How often files are looked at where nobody tells of writes, in milliseconds. */
const fallbackMs = 250;

/**
 * Tells of writes to the files of a flat folder, by name; undefined means any of them. One watch of the system serves
 * all files. Windows tells of a write only when the writer closes or flushes, and a system may have no watch left to
 * give: there the files are looked at in an interval besides.
 */
export function watchFolder(folder: string, written: (name: string | undefined) => void): { close(): void } {
  const closers: (() => void)[] = [];
  const lookRegularly = () => {
    const timer = setInterval(() => {
      written(undefined);
    }, fallbackMs).unref();
    closers.push(() => {
      clearInterval(timer);
    });
  };
  try {
    const watcher = watch(folder, (_event, name) => {
      written(name ?? undefined);
    });
    watcher.on('error', lookRegularly);
    closers.push(() => {
      watcher.close();
    });
    if (process.platform === 'win32') lookRegularly();
  } catch {
    lookRegularly();
  }
  return {
    close() {
      for (const close of closers) close();
    },
  };
}
