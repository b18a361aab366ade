import { closeSync, openSync, readSync } from 'node:fs';

const buffer = Buffer.allocUnsafe(64 * 1024);

/** The whole of a file of /proc; undefined when its process is gone or somebody else's. */
export function readSmall(path: string): string | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const chunks: string[] = [];
    for (;;) {
      const size = readSync(file, buffer, 0, buffer.length, null);
      if (size > 0) chunks.push(buffer.toString('latin1', 0, size));
      // A short read of /proc is the end only when nothing follows; `stat` always comes whole.
      if (size === 0 || (size < buffer.length && path.endsWith('stat'))) return chunks.join('');
    }
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
