import { didYouMean } from './did-you-mean.ts';
import { quoted } from './edits.ts';
import { fix, replace } from './make-problem.ts';
import type { Fix } from './problem.ts';
import type { World } from './world.ts';

/**
 * What stands in the folder of a missing path under a name that is close to it. `node` is where the path is written as
 * `written`; without one nothing can be changed here.
 */
export function pathFixes(
  world: World,
  path: string,
  written: string,
  node: { readonly start: number; readonly end: number } | undefined,
): Fix[] {
  if (!node) return [];
  const last = /[^/\\]+[/\\]*$/.exec(written);
  const names = world.names(world.parent(path));
  if (!last || !names) return [];
  const close = didYouMean(
    last[0],
    names.map((name) => name.replace(/\/$/, '')),
  );
  return close.map((name, index) => {
    const better = written.slice(0, last.index) + name;
    return fix(`Change to ${better}`, [replace(node, quoted(better))], index === 0);
  });
}
