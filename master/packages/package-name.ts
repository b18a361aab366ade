/** What names a package, and with it a folder: never a path. */
const namePattern = /^(?:@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*$/i;

export interface PackageRequest {
  /** As the repository knows it; npm's may have a scope. */
  readonly name: string;
  /** A version or a range of versions; undefined asks for the newest. */
  readonly range: string | undefined;
}

/**
 * Reads `name`, `name:1.2.3` as workers files write it, or `name@^1.2` as npm does.
 * @throws {Error} where it is none of them
 */
export function readPackageRequest(text: string): PackageRequest {
  const [, name = '', range] = /^(@?[^:@]+)(?:[:@](.+))?$/.exec(text) ?? [];
  if (!namePattern.test(name)) {
    throw new Error(`"${text}" names no package: write name, name:1.2.3 or name@^1.2.`);
  }
  return { name, range };
}

/** A package's name without npm's scope: what its manifest says, and what workers write. */
export function unscoped(name: string): string {
  return name.slice(name.indexOf('/') + 1);
}
