import { readFile, stat } from 'node:fs/promises';
import { exportedNames } from '../config/exported-names.ts';

interface Known {
  readonly mtimeMs: number;
  readonly size: number;
  readonly names: readonly string[] | undefined;
}

/** The names that module files export: a file is read again only when its time or its size is another one. */
export class ExportedNames {
  readonly #known = new Map<string, Known>();
  readonly #read: (file: string) => Promise<Uint8Array>;

  constructor(read: (file: string) => Promise<Uint8Array> = readFile) {
    this.#read = read;
  }

  /** Undefined where the names cannot be told. Rejects when there is no such file. */
  async namesOf(file: string): Promise<readonly string[] | undefined> {
    const { mtimeMs, size } = await stat(file);
    const known = this.#known.get(file);
    if (known && known.mtimeMs === mtimeMs && known.size === size) return known.names;
    const names = exportedNames(file, await this.#read(file));
    this.#known.set(file, { mtimeMs, size, names });
    return names;
  }
}
