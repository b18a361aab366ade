import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/**
 * The last lines of a file, oldest first, from at most its last `bytes`. Empty when it cannot be read. Synchronous: the
 * file was just written, so it is in memory, and a restart waits for this.
 */
export function readTail(file: string, bytes = 16 * 1024): string[] {
  let handle: number | undefined;
  try {
    handle = openSync(file, 'r');
    const { size } = fstatSync(handle);
    const from = Math.max(0, size - bytes);
    const buffer = Buffer.alloc(size - from);
    const read = readSync(handle, buffer, 0, buffer.length, from);
    const lines = buffer.toString('utf8', 0, read).split(/\r?\n/);
    // The first line began before what was read.
    return from > 0 ? lines.slice(1) : lines;
  } catch {
    return [];
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}
