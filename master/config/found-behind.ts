import { shiftProblem } from './make-problem.ts';
import type { Problem } from './problem.ts';
import { readTree } from './read-tree.ts';
import { checkSecrets } from './rules/secrets.ts';
import { checkVariables } from './rules/variables.ts';
import { aliasNames } from './syntax/cut-items.ts';
import type { Node } from './syntax/node.ts';
import type { World } from './world.ts';

/** Rules that look at a value alone say behind an anchor what they say of a worker that takes it in. */
const rules = [checkVariables, checkSecrets];

/** Findings about what stands behind an anchor, from `start` to `end` of a text: marked, and mended, in their own place. */
export function foundBehind(
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
  world: Pick<World, 'environment'>,
): readonly Problem[] {
  const own = text.slice(start, end);
  // What aliases in it stand for is told where that is written.
  const { root, faults } = readTree(own, new Map(aliasNames(own).map((name) => [name, nothing])));
  if (!root || faults.length > 0) return [];
  return rules.flatMap((rule) => rule({ text: own, node: root, world })).map((found) => shiftProblem(found, start));
}

const nothing: Node = { kind: 'scalar', start: 0, end: 0, value: null };
