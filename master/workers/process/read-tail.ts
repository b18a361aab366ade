import { open } from 'node:fs/promises';

/** The last lines of a file, oldest first, from at most its last `bytes`. Empty when it cannot be read. */
export async function readTail(file: string, bytes = 16 * 1024): Promise<string[]> {
  try {
    await using handle = await open(file, 'r');
    const { size } = await handle.stat();
    const from = Math.max(0, size - bytes);
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(Math.min(size, bytes)), 0, undefined, from);
    const lines = buffer.toString('utf8', 0, bytesRead).split(/\r?\n/);
    // The first line began before what was read.
    return from > 0 ? lines.slice(1) : lines;
  } catch {
    return [];
  }
}
