import path from 'node:path';
import type { WorkersFile } from '../config/deployment.ts';
import { layOver, overlayName } from '../config/overlay.ts';
import { atAnchors } from '../config/at-anchors.ts';
import { problemsOfFile } from '../config/overlay-problems.ts';
import type { Problem } from '../config/problem.ts';
import { readPackageManifest } from '../config/read-package-manifest.ts';
import { readWorkersFile } from '../config/read-workers-file.ts';
import type { World } from '../config/world.ts';
import { nodeWorld } from './node-world.ts';
import { readText } from './text-file.ts';
import { codeOf } from './why-refused.ts';

/** The world of a configuration file as this machine has it now; relative paths are relative to `folder`. */
export function worldOf(file: string, folder = path.dirname(path.resolve(file))): World {
  return nodeWorld({ folder });
}

/**
 * Reads the workers file at `file` as it is now, with the overlay of `environment` laid over it where one is named.
 * Its relative paths are relative to `folder`, else to its own. Rejects when either cannot be read.
 */
export async function readWorkersFromDisk(file: string, environment?: string, folder?: string): Promise<WorkersFile> {
  const { text } = await readTexts(file, environment);
  return readWorkersFile(text, worldOf(file, folder));
}

/** The text of the workers file, that of its overlay, and `text`: both together. Rejects when one cannot be read. */
export async function readTexts(
  file: string,
  environment?: string,
): Promise<{ readonly text: string; readonly base: string; readonly overlay?: string }> {
  const base = await readText(file);
  if (environment === undefined) return { text: base, base };
  const place = path.join(path.dirname(file), overlayName(path.basename(file), environment));
  const overlay = await readText(place).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error;
    throw new Error(`The environment "${environment}" needs the overlay ${place}, which does not exist.`);
  });
  const result = layOver(base, overlay);
  if ('text' in result) return { text: result.text, base, overlay };
  throw new Error(`The overlay ${place} cannot be laid over ${path.basename(file)}: ${result.refused}`);
}

/** Everything wrong with a text that stands, or will stand, in `file`: a manifest by its name, else a workers file. */
export function findProblems(file: string, text: string): readonly Problem[] {
  const name = path.basename(file);
  const world = worldOf(file);
  if (/^(worker-)?package\.ya?ml$/.test(name)) return readPackageManifest(text, world).problems;
  return problemsOfFile(
    name,
    atAnchors(readWorkersFile(text, world).problems, () => text, text, world),
    world,
  );
}
