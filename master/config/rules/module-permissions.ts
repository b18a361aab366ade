import type { Item } from '../item.ts';
import { problem } from '../make-problem.ts';
import type { Problem } from '../problem.ts';
import { entryOf } from '../syntax/node.ts';
import { isolationOf } from './module-limits.ts';

/** Says where `permissions` promise what nothing can keep. */
export function checkModulePermissions(item: Item): readonly Problem[] {
  const isolation = isolationOf(item);
  const entry = entryOf(entryOf(item.node, 'module')?.value, 'permissions');
  if (!isolation || isolation === 'thread' || !entry) return [];
  const message = `"permissions" are not enforced here: ${reasons[isolation]}`;
  return [problem('HSU410', message, entry.key)];
}

const reasons = {
  shared:
    'shared modules live in one thread, and nothing separates them. Write isolation: thread, or run it with type: process.',
  native: 'a native library may do whatever the master may.',
  wasm: 'WebAssembly sees no files but those of config.preopens, and starts no process, whatever they say.',
};
