import type { Problem } from './problem.ts';
import type { World } from './world.ts';

/**
 * The findings of a file by its name: an overlay (workers.NAME.yaml beside workers.yaml) is laid over that file, so what
 * it leaves out is written there.
 */
export function problemsOfFile(name: string, problems: readonly Problem[], world: World): readonly Problem[] {
  const ending = /^workers\.[^/]+(\.ya?ml)$/i.exec(name)?.[1];
  if (ending === undefined) return problems;
  const below = world.file(world.resolve(world.folder, `workers${ending}`));
  return below?.kind === 'file' ? problems.filter(({ code }) => !leftOut.has(code)) : problems;
}

/** A missing key, and nothing to run. */
const leftOut: ReadonlySet<string> = new Set(['HSU102', 'HSU401', 'HSU408', 'HSU203']);
