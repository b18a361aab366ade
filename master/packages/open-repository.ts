import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { folderRepository } from './folder-repository.ts';
import { isRegistry } from './is-registry.ts';
import { npmRepository } from './npm-repository.ts';
import type { PackageRepository } from './repository.ts';

/** The repository at a URL or in a folder, which may be written relative to another one. */
export function openRepository(place: string, base: string): PackageRepository {
  if (isRegistry(place)) return npmRepository(place);
  return folderRepository(place.startsWith('file://') ? fileURLToPath(place) : path.resolve(base, place));
}
