import { cp, lstat, readdir, readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { gt, maxSatisfying } from 'semver';
import type { InstalledPackage } from '../config/world.ts';
import { manifestNames, packageOf, skippedFolders } from './find-packages.ts';
import type { AvailablePackage, FetchWatch, PackageRepository } from './repository.ts';

const notCopied = new Set(['node_modules', '.git']);

/** A folder that holds packages, each in a folder of its own, up to two levels deep. */
export function folderRepository(root: string): PackageRepository {
  const packages = async () => {
    const place = await realpath(root).catch(() => {
      throw new Error(`There is no folder ${root} to install packages from: check its path.`);
    });
    return packagesIn(place);
  };
  return {
    async list() {
      const newest = new Map<string, AvailablePackage>();
      for (const { name, version, manifest } of await packages()) {
        const known = newest.get(name);
        if (known && !gt(version, known.version)) continue;
        newest.set(name, { name, version, description: manifest.description ?? '' });
      }
      return [...newest.values()];
    },
    async versions(name) {
      return (await packages()).filter((one) => one.name === name).map(({ version }) => version);
    },
    async find({ name, range }) {
      const named = (await packages()).filter((candidate) => candidate.name === name);
      const version = maxSatisfying(
        named.map((candidate) => candidate.version),
        range ?? '*',
        { includePrerelease: range !== undefined },
      );
      const found = named.find((candidate) => candidate.version === version);
      if (found === undefined) return undefined;
      return {
        version: found.version,
        source: found.folder,
        fetch: (into, watch) => copyPackage(found.folder, into, watch),
      };
    },
  };
}

/** Of the folder itself, and two levels deep below it and below its `packages/`. Whoever asks can do other things meanwhile. */
async function packagesIn(root: string): Promise<InstalledPackage[]> {
  const first = await subfolders(root);
  const second = (await Promise.all(first.map(subfolders))).flat();
  const below = path.join(root, 'packages') + path.sep;
  const third = (await Promise.all(second.filter((one) => one.startsWith(below)).map(subfolders))).flat();
  const found: InstalledPackage[] = [];
  for (const folder of [root, ...first, ...second, ...third]) {
    const one = await readPackage(folder);
    if (one) found.push(one);
  }
  return found;
}

async function subfolders(folder: string): Promise<string[]> {
  // A link to a file cannot be listed.
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !skippedFolders.has(entry.name))
    .map((entry) => path.join(folder, entry.name))
    .sort();
}

async function readPackage(folder: string): Promise<InstalledPackage | undefined> {
  for (const name of manifestNames) {
    const file = path.join(folder, name);
    const text = await readFile(file, 'utf8').catch(() => undefined);
    const found = text === undefined ? undefined : packageOf(file, text);
    if (found) return found;
  }
  return undefined;
}

/** Links stay behind with an error: what they point to may lie anywhere. */
async function copyPackage(from: string, into: string, { signal }: FetchWatch = {}): Promise<void> {
  await cp(from, into, {
    recursive: true,
    filter: async (file) => {
      signal?.throwIfAborted();
      if (notCopied.has(path.basename(file))) return false;
      if ((await lstat(file)).isSymbolicLink()) {
        throw new Error(`${file} is a link, and a package holds none: replace it by what it points to.`);
      }
      return true;
    },
  });
}
