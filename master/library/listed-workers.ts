import { createHash } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import { makeFolderSync } from '../make-folder.ts';
import { runtimeFolder } from '../places.ts';

/** A worker as an item of a workers file describes it: the same keys, the same meaning. */
export interface WorkerEntry {
  readonly id: string;
  readonly type: 'process' | 'module' | 'managed' | 'unmanaged' | 'integrated';
  readonly [key: string]: unknown;
}

/** The workers of a program, kept as the workers file of its master: everything reads them there. */
export interface ListedWorkers {
  /** Rejects when the id is taken. */
  add(worker: WorkerEntry): Promise<void>;
  remove(id: string): Promise<void>;
  /** Resolves to the file's path. */
  write(): Promise<string>;
}

/** The file's place tells this program, and its master of that name, from all others of this user. */
export function listedWorkers(name: string, initial: readonly WorkerEntry[]): ListedWorkers {
  const program = createHash('sha256')
    .update(`${process.argv[1] ?? process.execPath}\n${name}`)
    .digest('hex')
    .slice(0, 16);
  const folder = path.join(runtimeFolder(), `program-${program}`);
  const file = path.join(folder, 'workers.yaml');
  const workers = new Map<string, WorkerEntry>();
  const add = (worker: WorkerEntry) => {
    if (workers.has(worker.id))
      throw new Error(`There is a worker "${worker.id}" already: remove it, or choose another id.`);
    workers.set(worker.id, worker);
  };
  initial.forEach(add);
  const write = async (): Promise<string> => {
    makeFolderSync(folder, 0o700);
    await writeFile(`${file}.new`, stringify({ workers: [...workers.values()] }), { mode: 0o600 });
    await rename(`${file}.new`, file);
    return file;
  };
  return {
    async add(worker) {
      add(worker);
      await write();
    },
    async remove(id) {
      workers.delete(id);
      await write();
    },
    write,
  };
}
