import { createHash } from 'node:crypto';
import { mkdir, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { valid } from 'semver';
import type { PackageManifest } from '../config/package-manifest.ts';
import { withDraft } from './draft.ts';
import { readInstalled } from './find-packages.ts';
import { listInstallations, packagesFolder, writeRecord, type Installation } from './installation.ts';
import { unscoped, type PackageRequest } from './package-name.ts';
import type { FetchWatch, PackageRepository } from './repository.ts';

export interface InstallResult {
  readonly installation: Installation;
  /** Whether it was there before, so that nothing was fetched. */
  readonly already: boolean;
}

/**
 * Installs a package for the workers files of a folder. The finished folder appears by a rename: it is complete whenever
 * it is there, and two who install at once do not disturb each other.
 * @throws {Error} saying what is wrong with the package, or where it was looked for in vain; then nothing is installed
 */
export async function installPackage(
  folder: string,
  request: PackageRequest,
  repository: PackageRepository,
  watch: FetchWatch = {},
): Promise<InstallResult> {
  const name = unscoped(request.name);
  const release = await repository.find(request, watch.signal);
  if (release === undefined) {
    const wanted = request.range === undefined ? request.name : `${request.name} ${request.range}`;
    throw new Error(`The repository has no package ${wanted}: check its name and version.`);
  }
  // It becomes a folder's name.
  if (valid(release.version) === null) throw new Error(`${name} has the version "${release.version}", which is none.`);
  const already = find(folder, name, release.version);
  if (already) return { installation: already, already: true };

  const packages = packagesFolder(folder);
  await withDraft(packages, async (draft) => {
    await release.fetch(draft, watch);
    await check(draft, name, release.version);
    await writeRecord(draft, release.source, new Date());
    const target = path.join(packages, name, release.version);
    await mkdir(path.dirname(target), { recursive: true });
    await rename(draft, target).catch((error: unknown) => {
      // Somebody else was faster, or it was put there by hand; what is there stays.
      if (readInstalled(target) === undefined) throw error;
    });
  });
  const installation = find(folder, name, release.version);
  if (installation) return { installation, already: false };
  throw new Error(
    `${name} ${release.version} stands in ${packages} without a record: it was put there by hand and is left as it is.`,
  );
}

function find(folder: string, name: string, version: string): Installation | undefined {
  return listInstallations(folder).find((each) => each.name === name && each.version === version);
}

/** A package is what it was asked for, and as its manifest says it is. */
async function check(folder: string, name: string, version: string): Promise<void> {
  const found = readInstalled(folder);
  if (found === undefined) {
    throw new Error(`${name} ${version} has no usable package.yaml: it is no package for workers.`);
  }
  if (found.name !== name || found.version !== version) {
    throw new Error(
      `${name} ${version} calls itself ${found.name} ${found.version} in its ${path.basename(found.manifestPath)}.`,
    );
  }
  await checkFiles(folder, found.manifest);
}

async function checkFiles(folder: string, { name, checksums = {} }: PackageManifest): Promise<void> {
  for (const [file, expected] of Object.entries(checksums)) {
    const place = path.resolve(folder, file);
    if (path.relative(folder, place).startsWith('..') || path.isAbsolute(file)) {
      throw new Error(`${name} names a checksum for ${file}, which is outside the package.`);
    }
    const content = await readFile(place).catch(() => {
      throw new Error(`${name} names a checksum for ${file}, which it does not hold.`);
    });
    const got = createHash('sha256').update(content).digest('hex');
    if (got !== expected.replace(/^sha256[:-]/, '').toLowerCase()) {
      throw new Error(`${file} of ${name} is not what its manifest says: its sha256 is ${got}, expected ${expected}.`);
    }
  }
}
