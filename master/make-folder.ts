import { mkdirSync, statSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';

/*
 * Folders are made one by one: where a file system takes none and says that they are not there (/proc), Node's own
 * `recursive` tries without end.
 */

/** Makes a folder with what is missing above it. */
export async function makeFolder(folder: string, mode?: number): Promise<void> {
  const isThere = async () => (await stat(folder).catch(() => undefined))?.isDirectory() === true;
  if (await isThere()) return;
  const above = path.dirname(folder);
  if (above !== folder) await makeFolder(above, mode);
  try {
    await mkdir(folder, { mode });
  } catch (error) {
    // Somebody else may have made it in the same moment.
    if (!(await isThere())) throw error;
  }
}

/** The same for what must be there before anything else happens. */
export function makeFolderSync(folder: string, mode?: number): void {
  const isThere = () => statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
  if (isThere()) return;
  const above = path.dirname(folder);
  if (above !== folder) makeFolderSync(above, mode);
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    if (!isThere()) throw error;
  }
}
