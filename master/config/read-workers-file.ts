import type { WorkersFile } from './deployment.ts';
import { WorkersDocument } from './workers-document.ts';
import type { World } from './world.ts';

/** Reads a workers file: everything that could be read, and everything wrong with it. Never throws. */
export function readWorkersFile(text: string, world: World): WorkersFile {
  return WorkersDocument.open(text, world).toFile();
}
