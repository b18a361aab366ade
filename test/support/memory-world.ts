import path from 'node:path';
import { readPackageManifest } from '../../master/config/read-package-manifest.ts';
import type { FileFact, InstalledPackage, World } from '../../master/config/world.ts';

export interface MemoryFiles {
  /** Absolute path → what stands there; `text` of a package.yaml makes its folder a package. */
  readonly [path: string]: {
    readonly text?: string;
    readonly executable?: boolean;
    readonly exports?: readonly string[];
  };
}

/** A world held in memory: every other path is missing. */
export function memoryWorld(
  files: MemoryFiles = {},
  environment: Readonly<Record<string, string>> = {},
  folder = '/work',
): World {
  const { posix } = path;
  const folders = new Set(Object.keys(files).flatMap((file) => ancestors(file)));
  const packages = Object.entries(files).flatMap(([file, { text }]): InstalledPackage[] => {
    if (!file.endsWith('/package.yaml') || text === undefined) return [];
    const { manifest } = readPackageManifest(text);
    const { name, version } = manifest ?? {};
    if (!manifest || name === undefined || version === undefined) return [];
    return [{ name, version, folder: posix.dirname(file), manifestPath: file, manifest }];
  });
  return {
    folder,
    resolve: (...parts) => posix.resolve(...parts),
    parent: (file) => posix.dirname(file),
    file: (file): FileFact => {
      const found = files[file] ?? (Object.values(programs).includes(file) ? { executable: true } : undefined);
      if (found) return { kind: 'file', executable: found.executable ?? false };
      return { kind: folders.has(file) ? 'directory' : 'missing', executable: false };
    },
    names: (inFolder) => [
      ...Object.keys(files)
        .filter((file) => posix.dirname(file) === inFolder)
        .map((file) => posix.basename(file)),
      ...[...folders]
        .filter((one) => one !== inFolder && posix.dirname(one) === inFolder)
        .map((one) => `${posix.basename(one)}/`),
    ],
    packages: () => packages,
    environment: (name) => environment[name],
    environmentNames: () => Object.keys(environment),
    exports: (file) => files[file]?.exports,
    program: (name) => (name in programs ? (programs[name] ?? null) : null),
  };
}

const programs: Readonly<Record<string, string>> = { node: '/usr/bin/node', sleep: '/usr/bin/sleep' };

function ancestors(file: string): string[] {
  const parent = path.posix.dirname(file);
  return parent === file ? [] : [parent, ...ancestors(parent)];
}
