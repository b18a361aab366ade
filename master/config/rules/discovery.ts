import { type Item, unitPaths, writtenAt } from '../item.ts';
import { fix, problem, replace } from '../make-problem.ts';
import type { Problem } from '../problem.ts';
import { textOf } from '../syntax/node.ts';

/** A pid file is written by somebody who knows nothing of this file's folder. */
export function checkDiscovery(item: Item): readonly Problem[] {
  const node = writtenAt(item, ['discovery', 'pid_file'], ...unitPaths(item, 'discovery', 'pid_file'));
  const written = textOf(node);
  if (!node || written === undefined || written === '' || isAbsolute(written)) return [];
  const path = item.world.resolve(item.world.folder, written);
  const fixes = [fix(`Change to ${path}`, [replace(node, /^[\w./-]+$/.test(path) ? path : JSON.stringify(path))])];
  return [problem('HSU105', `"pid_file" must be an absolute path, not "${written}".`, node, { fixes })];
}

/** A variable may stand for anything. */
function isAbsolute(path: string): boolean {
  return /^(?:\/|[a-z]:[\\/]|\\\\|\$\{)/i.test(path);
}
