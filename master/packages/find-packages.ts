import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isPackageManifest } from '../config/is-package-manifest.ts';
import { readPackageManifest } from '../config/read-package-manifest.ts';
import type { InstalledPackage } from '../config/world.ts';

/** The names a manifest may have; where a folder has both, the first counts. */
export const manifestNames = ['package.yaml', 'worker-package.yaml'] as const;

const skipped = new Set(['node_modules', '.git', 'dist']);

/**
 * The packages that workers of a file in `folder` can name: of the folder itself, of its subfolders, below
 * `packages/` two levels deep, and in the stores of installed packages. Where two have one name and version,
 * the nearer comes first.
 */
export function findPackages(folder: string, stores: readonly string[]): InstalledPackage[] {
  return packageFolders(folder, stores).flatMap((place) => readInstalled(place) ?? []);
}

/** The folders that may hold a manifest, nearest first. */
export function packageFolders(folder: string, stores: readonly string[]): string[] {
  const twoLevels = (root: string) => {
    const first = subfolders(root);
    return [...first, ...first.flatMap(subfolders)];
  };
  return [
    ...new Set([
      folder,
      ...subfolders(folder),
      ...twoLevels(path.join(folder, 'packages')),
      ...stores.flatMap(twoLevels),
    ]),
  ];
}

/** The package whose manifest stands in a folder, when it is one of ours and complete enough to be used. */
export function readInstalled(folder: string): InstalledPackage | undefined {
  for (const name of manifestNames) {
    const manifestPath = path.join(folder, name);
    if (!existsSync(manifestPath)) continue;
    let text: string;
    try {
      text = readFileSync(manifestPath, 'utf8');
    } catch {
      continue;
    }
    if (!isPackageManifest(text)) continue;
    const { manifest } = readPackageManifest(text);
    if (manifest) return { name: manifest.name, version: manifest.version, folder, manifestPath, manifest };
  }
  return undefined;
}

function subfolders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !skipped.has(entry.name))
      .map((entry) => path.join(folder, entry.name))
      .sort();
  } catch {
    // A folder that cannot be listed, or a link to a file, holds no packages.
    return [];
  }
}
