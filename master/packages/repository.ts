import type { PackageRequest } from './package-name.ts';

/** Where packages come from. */
export interface PackageRepository {
  /** One release that fits, the newest of them; undefined where there is none. Rejects where it cannot be asked. */
  find(request: PackageRequest): Promise<PackageRelease | undefined>;
}

export interface PackageRelease {
  readonly version: string;
  /** For people and the record of the installation. */
  readonly source: string;
  /** Puts the package's files into an empty folder, checked against what the repository says of them. */
  fetch(into: string): Promise<void>;
}
