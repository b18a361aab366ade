import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../../make-folder.ts';

/**
 * The names of the outputs that were in force last, over a kill -9 of the master: what a worker that one of them does
 * not know has written, it wrote while that output was in force.
 */
export class OutputsInForce {
  readonly #file: string;
  #names: ReadonlySet<string> | undefined;

  constructor(folder: string) {
    this.#file = path.join(folder, 'in-force.json');
  }

  async names(): Promise<ReadonlySet<string>> {
    this.#names ??= new Set(parse(await readFile(this.#file, 'utf8').catch(() => '')));
    return this.#names;
  }

  /** Beside it and renamed: half of it is never read. */
  async note(names: ReadonlySet<string>): Promise<void> {
    const former = await this.names();
    if (former.size === names.size && [...names].every((name) => former.has(name))) return;
    await makeFolder(path.dirname(this.#file), 0o700);
    await writeFile(`${this.#file}.new`, JSON.stringify([...names]), { mode: 0o600 });
    await rename(`${this.#file}.new`, this.#file);
    this.#names = new Set(names);
  }
}

function parse(text: string): readonly string[] {
  try {
    const names: unknown = JSON.parse(text);
    return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
  } catch {
    return [];
  }
}
