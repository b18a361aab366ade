import type { Item } from '../item.ts';
import { fix, problem, replace } from '../make-problem.ts';
import type { Problem } from '../problem.ts';
import { nodeAt, textOf } from '../syntax/node.ts';

/** An id is 1 to 64 letters, digits, `-` and `_`: it becomes part of file names and commands. */
export function checkId(item: Item): readonly Problem[] {
  const node = nodeAt(item.node, 'id');
  if (!node) return [];
  const id = textOf(node);
  if (id === undefined || id === '') {
    const what = node.kind === 'scalar' ? 'empty' : 'no text';
    return [
      problem(
        'HSU202',
        `A worker's id is ${what}: give it a name that no other worker has.`,
        node.kind === 'scalar' && node.end > node.start ? node : item.anchor,
      ),
    ];
  }
  if (/^[A-Za-z0-9_-]{1,64}$/.test(id)) return [];
  const better = id
    .trim()
    .replaceAll(/[^A-Za-z0-9_-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 64);
  const why =
    id.length > 64
      ? `it is ${id.length} characters long, 64 are allowed`
      : 'only letters, digits, "-" and "_" are allowed';
  const fixes = better === '' ? [] : [fix(`Change to "${better}"`, [replace(node, better)], true)];
  return [problem('HSU202', `"${id.slice(0, 64)}" is no valid worker id: ${why}.`, node, { fixes })];
}
