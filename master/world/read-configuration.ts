import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { WorkersFile } from '../config/deployment.ts';
import type { Problem } from '../config/problem.ts';
import { readPackageManifest } from '../config/read-package-manifest.ts';
import { readWorkersFile } from '../config/read-workers-file.ts';
import type { World } from '../config/world.ts';
import { nodeWorld } from './node-world.ts';

/** The world of a configuration file as this machine has it now. */
export function worldOf(file: string): World {
  return nodeWorld({ folder: path.dirname(path.resolve(file)) });
}

/** Reads the workers file at `file` as it is now. Rejects when it cannot be read. */
export async function readWorkersFromDisk(file: string): Promise<WorkersFile> {
  return readWorkersFile(await readFile(file, 'utf8'), worldOf(file));
}

/** Everything wrong with a text that stands, or will stand, in `file`: a manifest by its name, else a workers file. */
export function findProblems(file: string, text: string): readonly Problem[] {
  const isManifest = /^(worker-)?package\.ya?ml$/.test(path.basename(file));
  return isManifest ? readPackageManifest(text, worldOf(file)).problems : readWorkersFile(text, worldOf(file)).problems;
}
