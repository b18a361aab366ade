import { open, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { loadPart } from '../load-part.ts';

/** Bytes of a file that nobody reads any more. */
export interface Hole {
  readonly path: string;
  readonly from: number;
  readonly to: number;
}

const probeBytes = 64 * 1024;

/**
 * Gives the room of a file's begin back to the disk while a worker goes on writing behind it: nothing moves, no write
 * is held up. Node cannot, so util-linux' `fallocate` does; some file systems and systems cannot at all.
 */
export class HolePuncher {
  readonly #folder: string;
  #works: Promise<boolean> | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Whether that is possible in the folder. */
  works(): Promise<boolean> {
    return (this.#works ??= this.#try());
  }

  /** Rejects when the system refuses. */
  async punch({ path: file, from, to }: Hole): Promise<void> {
    await loadPart('execa').execa('fallocate', [
      '--punch-hole',
      '--offset',
      String(from),
      '--length',
      String(to - from),
      file,
    ]);
  }

  async #try(): Promise<boolean> {
    const probe = path.join(this.#folder, '.hole');
    try {
      const file = await open(probe, 'w', 0o600);
      await file.writeFile(Buffer.alloc(probeBytes, 1));
      await file.sync();
      await file.close();
      const { blocks } = await stat(probe);
      await this.punch({ path: probe, from: 0, to: probeBytes });
      return (await stat(probe)).blocks < blocks;
    } catch {
      return false;
    } finally {
      await rm(probe, { force: true });
    }
  }
}
