import path from 'node:path';
import { folderRepository } from './folder-repository.ts';
import { npmRepository } from './npm-repository.ts';
import type { PackageRepository } from './repository.ts';

/** The repository at a URL or in a folder, which may be written relative to another one. */
export function openRepository(place: string, base: string): PackageRepository {
  return /^https?:\/\//.test(place) ? npmRepository(place) : folderRepository(path.resolve(base, place));
}
