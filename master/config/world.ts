import type { PackageManifest } from './package-manifest.ts';

/**
 * What configuration is checked against: files, packages and environment variables, as they are known now.
 * Every answer comes at once; `undefined` means "not known yet" and yields no finding.
 */
export interface World {
  /** Absolute folder of the file being read: what its relative paths are relative to. */
  readonly folder: string;
  /** Joins and normalises like `path.resolve`: the last absolute part wins. */
  resolve(...parts: string[]): string;
  /** The parent folder, like `path.dirname`. */
  parent(path: string): string;
  file(path: string): FileFact | undefined;
  /** The names in a folder, those of folders with a slash behind; none where there is no such folder. */
  names(folder: string): readonly string[] | undefined;
  /** Every package that workers of this file can name, best first where two have one name and version. */
  packages(): readonly InstalledPackage[] | undefined;
  environment(name: string): string | undefined;
  /** The names of all environment variables. */
  environmentNames(): readonly string[];
  /** The names a module file exports. */
  exports(path: string): readonly string[] | undefined;
  /** A program found on the PATH, as an absolute path; null when there is none. */
  program(name: string): string | null | undefined;
}

export interface FileFact {
  readonly kind: 'file' | 'directory' | 'other' | 'missing';
  /** May be executed by this user. */
  readonly executable: boolean;
}

export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** Absolute folder of the manifest: what its relative paths are relative to. */
  readonly folder: string;
  readonly manifestPath: string;
  readonly manifest: PackageManifest;
}
