import type { PackageReference } from './worker-config.ts';

/** Reads "name:version", "name:^1.2" or "name"; undefined when there is no name. */
export function parsePackageReference(text: string): PackageReference | undefined {
  const colon = text.indexOf(':');
  const name = (colon < 0 ? text : text.slice(0, colon)).trim();
  if (name === '') return undefined;
  const range = colon < 0 ? '' : text.slice(colon + 1).trim();
  return range === '' || range === 'latest' ? { name } : { name, range };
}
