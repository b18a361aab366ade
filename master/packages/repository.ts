import type { PackageRequest } from './package-name.ts';

/** Where packages come from. */
export interface PackageRepository {
  /** One release that fits, the newest of them; undefined where there is none. Rejects where it cannot be asked. */
  find(request: PackageRequest, signal?: AbortSignal): Promise<PackageRelease | undefined>;
  /** The newest of each package for workers. Rejects where it cannot be asked. */
  list(signal?: AbortSignal): Promise<readonly AvailablePackage[]>;
  /** Every version of one package, as the repository knows its name; none where there is no such package. */
  versions(name: string, signal?: AbortSignal): Promise<readonly string[]>;
}

export interface AvailablePackage {
  /** As the repository knows it; npm's may have a scope. */
  readonly name: string;
  readonly version: string;
  /** Empty where it has none. */
  readonly description: string;
}

export interface PackageRelease {
  readonly version: string;
  /** For people and the record of the installation. */
  readonly source: string;
  /** Puts the package's files into an empty folder, checked against what the repository says of them. */
  fetch(into: string, watch?: FetchWatch): Promise<void>;
}

export interface FetchWatch {
  readonly signal?: AbortSignal;
  /** Called with the bytes that have come, and how many there will be where that is known. */
  readonly progress?: (received: number, total: number | undefined) => void;
}
