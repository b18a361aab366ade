import { execFile } from 'node:child_process';
import { open, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { isShortage } from '../workers/shortage.ts';

/** Bytes of a file that nobody reads any more. */
export interface Hole {
  readonly path: string;
  readonly from: number;
  readonly to: number;
}

const probeBytes = 64 * 1024;

/** Runs util-linux' `fallocate`; rejects when it fails or cannot be run. */
export type Fallocate = (args: readonly string[]) => Promise<unknown>;

/**
 * Gives the room of a file's begin back to the disk while a worker goes on writing behind it: nothing moves, no write
 * is held up. Node cannot, so `fallocate` does; some file systems and systems cannot at all.
 */
export class HolePuncher {
  readonly #folder: string;
  readonly #fallocate: Fallocate;
  #works: Promise<boolean> | undefined;

  constructor(folder: string, fallocate: Fallocate = (args) => promisify(execFile)('fallocate', args)) {
    this.#folder = folder;
    this.#fallocate = fallocate;
  }

  /** Whether that is possible in the folder now. What only a passing shortage prevents is tried again the next time. */
  works(): Promise<boolean> {
    return (this.#works ??= this.#try().catch((error: unknown) => {
      if (isShortage(error)) this.#works = undefined;
      return false;
    }));
  }

  /** Rejects when the system refuses. */
  async punch({ path: file, from, to }: Hole): Promise<void> {
    await this.#fallocate(['--punch-hole', '--offset', String(from), '--length', String(to - from), file]);
  }

  async #try(): Promise<boolean> {
    const probe = path.join(this.#folder, '.hole');
    try {
      const file = await open(probe, 'w', 0o600);
      try {
        await file.writeFile(Buffer.alloc(probeBytes, 1));
        await file.sync();
      } finally {
        await file.close();
      }
      const { blocks } = await stat(probe);
      await this.punch({ path: probe, from: 0, to: probeBytes });
      return (await stat(probe)).blocks < blocks;
    } finally {
      await rm(probe, { force: true });
    }
  }
}
