import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isPackageManifest } from '../config/is-package-manifest.ts';
import { readPackageManifest } from '../config/read-package-manifest.ts';
import type { InstalledPackage } from '../config/world.ts';

/** The names a manifest may have; where a folder has both, the first counts. */
export const manifestNames = ['package.yaml', 'worker-package.yaml'] as const;

/** What is no place for packages. */
export const skippedFolders: ReadonlySet<string> = new Set(['node_modules', '.git', 'dist']);

/**
 * The packages that workers of a file in `folder` can name: of the folder itself, of its subfolders, and below
 * `packages/` two levels deep. Where two have one name and version, the nearer comes first.
 */
export function findPackages(folder: string): InstalledPackage[] {
  return packageFolders(folder).flatMap((place) => readInstalled(place) ?? []);
}

/** The folders that may hold a manifest, nearest first. */
function packageFolders(folder: string): string[] {
  const installed = subfolders(path.join(folder, 'packages'));
  return [...new Set([folder, ...subfolders(folder), ...installed, ...installed.flatMap(subfolders)])];
}

/** The package whose manifest stands in a folder, when it is one of ours and complete enough to be used. */
export function readInstalled(folder: string): InstalledPackage | undefined {
  for (const name of manifestNames) {
    const manifestPath = path.join(folder, name);
    if (!existsSync(manifestPath)) continue;
    try {
      const found = packageOf(manifestPath, readFileSync(manifestPath, 'utf8'));
      if (found) return found;
    } catch {
      // What cannot be read is no package.
    }
  }
  return undefined;
}

/** The package that a manifest describes, when it is one of ours and complete enough to be used. */
export function packageOf(manifestPath: string, text: string): InstalledPackage | undefined {
  if (!isPackageManifest(text)) return undefined;
  const { manifest } = readPackageManifest(text);
  const folder = path.dirname(manifestPath);
  return manifest && { name: manifest.name, version: manifest.version, folder, manifestPath, manifest };
}

function subfolders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !skippedFolders.has(entry.name))
      .map((entry) => path.join(folder, entry.name))
      .sort();
  } catch {
    // A folder that cannot be listed, or a link to a file, holds no packages.
    return [];
  }
}
