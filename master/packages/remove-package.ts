import { rename } from 'node:fs/promises';
import path from 'node:path';
import { withDraft } from './draft.ts';
import { packagesFolder, type Installation } from './installation.ts';

/** Removes what was installed; it is gone at once by a rename, and its files after that. */
export async function removePackage(folder: string, installation: Installation): Promise<void> {
  await withDraft(packagesFolder(folder), (draft) => rename(installation.folder, path.join(draft, 'removed')));
}
