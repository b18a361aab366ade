import type { Item } from '../item.ts';
import { longestId } from '../free-ids.ts';
import { fix, problem, replace } from '../make-problem.ts';
import type { Fix, Problem, TextEdit } from '../problem.ts';
import { nodeAt, textOf } from '../syntax/node.ts';

/** An id is 1 to 64 letters, digits, `-` and `_`: it becomes part of file names and commands. */
export function checkId(item: Item): readonly Problem[] {
  const node = nodeAt(item.node, 'id');
  if (!node) return [];
  const id = textOf(node);
  // That it is no text at all the schema tells.
  if (id === undefined) return [];
  if (id === '') return [problem('HSU202', `A worker's id is empty: give it a name that no other worker has.`, node)];
  if (/^[A-Za-z0-9_-]{1,64}$/.test(id)) return [];
  const better = id
    .trim()
    .replaceAll(/[^A-Za-z0-9_-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, longestId);
  const why =
    id.length > longestId
      ? `it is ${id.length} characters long, ${longestId} are allowed`
      : 'only letters, digits, "-" and "_" are allowed';
  const fixes = better === '' ? [] : [changeId(node, better)];
  return [problem('HSU202', `"${id.slice(0, longestId)}" is no valid worker id: ${why}.`, node, { fixes })];
}

/** Gives a worker another id. `mentions` are the edits of the places that name it. */
export function changeId(
  at: { readonly start: number; readonly end: number },
  id: string,
  mentions: readonly TextEdit[] = [],
): Fix {
  return fix(`Change to "${id}"`, [replace(at, id), ...mentions], true);
}
