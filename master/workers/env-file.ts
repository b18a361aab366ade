import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { WorkerError } from './worker.ts';

/** The variables of a worker's `env_file`, read anew at each start; none where no file is named. */
export async function readEnvFile(worker: string, file: string | undefined): Promise<Record<string, string>> {
  if (file === undefined) return {};
  try {
    const entries = Object.entries(parseEnv(await readFile(file, 'utf8')));
    return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  } catch (error) {
    const why = error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'does not exist' : String(error);
    const message = `${worker} cannot start: its env_file ${file} ${why}. Create it, or correct env_file.`;
    throw new WorkerError({ code: 'configuration', message });
  }
}
