import { cp, lstat, realpath } from 'node:fs/promises';
import path from 'node:path';
import { maxSatisfying } from 'semver';
import { findPackages } from './find-packages.ts';
import type { PackageRepository } from './repository.ts';

const notCopied = new Set(['node_modules', '.git']);

/** A folder that holds packages, each in a folder of its own, up to two levels deep. */
export function folderRepository(root: string): PackageRepository {
  return {
    async find({ name, range }) {
      const place = await realpath(root).catch(() => {
        throw new Error(`There is no folder ${root} to install packages from: check the path given with --from.`);
      });
      const named = findPackages(place, [place]).filter((candidate) => candidate.name === name);
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
        fetch: (into) => copyPackage(found.folder, into),
      };
    },
  };
}

/** Links stay behind with an error: what they point to may lie anywhere. */
async function copyPackage(from: string, into: string): Promise<void> {
  await cp(from, into, {
    recursive: true,
    filter: async (file) => {
      if (notCopied.has(path.basename(file))) return false;
      if ((await lstat(file)).isSymbolicLink()) {
        throw new Error(`${file} is a link, and a package holds none: replace it by what it points to.`);
      }
      return true;
    },
  });
}
