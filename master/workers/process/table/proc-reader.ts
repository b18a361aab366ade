import { closeSync, existsSync, openSync, readdirSync, readSync } from 'node:fs';
import { isShortage } from '../../shortage.ts';

const buffer = Buffer.allocUnsafe(64 * 1024);

/**
 * Reads the small files of /proc, synchronously. One descriptor is kept in reserve: where no other is left, what runs
 * must still be seen, or nothing could be ended any more.
 */
export class ProcReader {
  readonly #root: string;
  #reserve: number | undefined;

  constructor(root: string) {
    this.#root = root;
  }

  /** The whole of a file; undefined when its process is gone or somebody else's. Throws when the system runs short. */
  text(name: string): string | undefined {
    return this.#inReserve(() => {
      try {
        return readWhole(`${this.#root}/${name}`);
      } catch (error) {
        // A process that cannot be looked at is not gone.
        if (isShortage(error)) throw error;
        return undefined;
      }
    });
  }

  /** Whether there is a process or a thread of this id: to read what is not there costs several times as much. */
  has(pid: number): boolean {
    return existsSync(`${this.#root}/${pid}`);
  }

  /** The ids of all processes. */
  pids(): number[] {
    return this.#inReserve(() => readdirSync(this.#root).map(Number).filter(Number.isInteger));
  }

  #inReserve<T>(work: () => T): T {
    this.#reserve ??= tryOpen('/dev/null');
    try {
      return work();
    } catch (error) {
      if (this.#reserve === undefined || !isShortage(error)) throw error;
      closeSync(this.#reserve);
      this.#reserve = undefined;
      try {
        return work();
      } finally {
        this.#reserve = tryOpen('/dev/null');
      }
    }
  }
}

function readWhole(path: string): string {
  const file = openSync(path, 'r');
  try {
    const chunks: string[] = [];
    for (;;) {
      const size = readSync(file, buffer, 0, buffer.length, null);
      if (size > 0) chunks.push(buffer.toString('latin1', 0, size));
      // A short read of /proc is the end only when nothing follows; `stat` always comes whole.
      if (size === 0 || (size < buffer.length && path.endsWith('stat'))) return chunks.join('');
    }
  } finally {
    closeSync(file);
  }
}

function tryOpen(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch {
    return undefined;
  }
}
