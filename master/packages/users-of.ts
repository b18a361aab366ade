import { readWorkersFromDisk } from '../world/read-configuration.ts';
import type { Installation } from './installation.ts';

/** The workers of a workers file that are run from an installed package. */
export async function usersOf(
  file: string,
  { name, version }: Pick<Installation, 'name' | 'version'>,
): Promise<string[]> {
  const { workers } = await readWorkersFromDisk(file);
  return workers
    .filter(({ resolved }) => resolved?.packageName === name && resolved.packageVersion === version)
    .map(({ id }) => id);
}
