import { type Item, unitPaths, writtenAt } from '../item.ts';
import { problem } from '../make-problem.ts';
import { pathFixes } from '../path-fixes.ts';
import type { Problem } from '../problem.ts';
import { textOf } from '../syntax/node.ts';

/** The working directory is a folder that is there, an `env_file` a file. */
export function checkFolders(item: Item): readonly Problem[] {
  const places = [
    {
      kind: 'directory',
      paths: [['execution', 'working_directory'], ...unitPaths(item, 'control', 'execution', 'working_directory')],
    },
    { kind: 'file', paths: [['env_file'], ['execution', 'env_file'], ['module', 'env_file']] },
  ] as const;
  return places.flatMap(({ kind, paths }) => {
    const node = writtenAt(item, ...paths);
    const written = textOf(node);
    if (!node || written === undefined || written === '' || written.includes('${env:')) return [];
    const path = item.world.resolve(item.world.folder, written);
    const fact = item.world.file(path);
    if (!fact || fact.kind === kind) return [];
    const what = kind === 'directory' ? 'folder' : 'file';
    const why = fact.kind === 'missing' ? 'does not exist' : `is no ${what}`;
    return [
      problem('HSU409', `The ${what} ${written} ${why}: expected it at ${path}.`, node, {
        fixes: pathFixes(item.world, path, written, node),
      }),
    ];
  });
}
