import { cp, lstat, realpath } from 'node:fs/promises';
import path from 'node:path';
import { gt, maxSatisfying } from 'semver';
import { findPackages } from './find-packages.ts';
import type { AvailablePackage, FetchWatch, PackageRepository } from './repository.ts';

const notCopied = new Set(['node_modules', '.git']);

/** A folder that holds packages, each in a folder of its own, up to two levels deep. */
export function folderRepository(root: string): PackageRepository {
  const packages = async () => {
    const place = await realpath(root).catch(() => {
      throw new Error(`There is no folder ${root} to install packages from: check its path.`);
    });
    return findPackages(place, [place]);
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
