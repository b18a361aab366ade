import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findPackages } from './find-packages.ts';

/** What was installed below a folder's `packages/`, as the record beside its manifest says. */
export interface Installation {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
  readonly source: string;
  /** ISO 8601. */
  readonly installed: string;
}

const recordName = '.hsu-installation.json';

/** Where the packages of a folder's workers files are installed; `findPackages` looks there. */
export function packagesFolder(folder: string): string {
  return path.join(folder, 'packages');
}

/** Everything installed for a folder's workers files, oldest first. Packages put there by hand have no record. */
export function listInstallations(folder: string): Installation[] {
  const below = packagesFolder(folder) + path.sep;
  return findPackages(folder)
    .filter((found) => found.folder.startsWith(below))
    .flatMap((found) => {
      const record = readRecord(found.folder);
      return record === undefined
        ? []
        : [{ name: found.name, version: found.version, folder: found.folder, ...record }];
    })
    .sort((a, b) => (a.installed < b.installed ? -1 : a.installed > b.installed ? 1 : 0));
}

export async function writeRecord(folder: string, source: string, installed: Date): Promise<void> {
  const record = { source, installed: installed.toISOString() };
  await writeFile(path.join(folder, recordName), `${JSON.stringify(record, undefined, 2)}\n`);
}

function readRecord(folder: string): Pick<Installation, 'source' | 'installed'> | undefined {
  try {
    const record: unknown = JSON.parse(readFileSync(path.join(folder, recordName), 'utf8'));
    if (typeof record !== 'object' || record === null) return undefined;
    if (!('source' in record) || !('installed' in record)) return undefined;
    const { source, installed } = record;
    return typeof source === 'string' && typeof installed === 'string' ? { source, installed } : undefined;
  } catch {
    return undefined;
  }
}
