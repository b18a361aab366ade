import { type Item, unitPaths, writtenAt } from '../item.ts';
import { problem } from '../make-problem.ts';
import { pathFixes } from '../path-fixes.ts';
import type { Problem } from '../problem.ts';
import { type Node, textOf } from '../syntax/node.ts';

/** The working directory is a folder that is there, an `env_file` a file. */
export function checkFolders(item: Item): readonly Problem[] {
  const directory =
    writtenAt(item, workingDirectory) ??
    writtenAt(item, ...unitPaths(item, 'control', 'execution', 'working_directory'));
  return [...checkKind(item, directory, 'directory'), ...checkKind(item, writtenAt(item, ...envFiles), 'file')];
}

const workingDirectory = ['execution', 'working_directory'];
const envFiles = [['env_file'], ['execution', 'env_file'], ['module', 'env_file']];

function checkKind({ world }: Item, node: Node | undefined, kind: 'directory' | 'file'): readonly Problem[] {
  const written = textOf(node);
  if (!node || written === undefined || written === '' || written.includes('${env:')) return [];
  const path = world.resolve(world.folder, written);
  const fact = world.file(path);
  if (!fact || fact.kind === kind) return [];
  const what = kind === 'directory' ? 'folder' : 'file';
  const why = fact.kind === 'missing' ? 'does not exist' : `is no ${what}`;
  const message = `The ${what} ${written} ${why}: expected it at ${path}.`;
  return [problem('HSU409', message, node, { fixes: pathFixes(world, path, written, node) })];
}
