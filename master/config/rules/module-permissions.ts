import { addEntry, removal } from '../edits.ts';
import type { Item } from '../item.ts';
import { fix, problem, replace } from '../make-problem.ts';
import type { Fix, Problem } from '../problem.ts';
import { entryOf, nodeAt } from '../syntax/node.ts';
import { isolationOf } from './module-limits.ts';

/** Says where `permissions` promise what nothing can keep. */
export function checkModulePermissions(item: Item): readonly Problem[] {
  const isolation = isolationOf(item);
  const entry = entryOf(entryOf(item.node, 'module')?.value, 'permissions');
  if (!isolation || isolation === 'thread' || !entry) return [];
  const message = `"permissions" are not enforced here: ${reasons[isolation]}`;
  return [
    problem('HSU410', message, entry.key, {
      fixes: isolation === 'shared' ? threadFix(item) : removal(item.text, entry),
    }),
  ];
}

const reasons = {
  shared:
    'shared modules live in one thread, and nothing separates them. Write isolation: thread, or run it with type: process.',
  native: 'a native library may do whatever the master may.',
  wasm: 'WebAssembly sees no files but those of config.preopens, and starts no process, whatever they say.',
};

/** A thread of its own is what permissions need. */
function threadFix({ text, node }: Item): Fix[] {
  const module = nodeAt(node, 'module');
  if (module?.kind !== 'map') return [];
  const written = entryOf(module, 'isolation');
  const edit = written ? replace(written.value, 'thread') : addEntry(text, module, 'isolation', 'thread');
  return edit ? [fix('Give it a thread of its own', [edit], true)] : [];
}
