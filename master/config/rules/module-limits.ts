import type { Item } from '../item.ts';
import { fix, problem } from '../make-problem.ts';
import { removeEntry } from '../edits.ts';
import type { Problem } from '../problem.ts';
import { entryOf } from '../syntax/node.ts';

/** A module shares the master's process, so nothing can limit it alone. */
export function checkModuleLimits(item: Item): readonly Problem[] {
  if (item.config?.type !== 'module') return [];
  const entry = entryOf(item.node, 'limits') ?? entryOf(item.node, 'resources');
  if (!entry || entry.merged) return [];
  const message = `A module shares the master's process and cannot be limited: remove "${String(entry.key.value)}", or run it with type: process.`;
  const fixes = [fix(`Remove "${String(entry.key.value)}"`, [removeEntry(item.text, entry)], true)];
  return [problem('HSU406', message, entry.key, { fixes })];
}
