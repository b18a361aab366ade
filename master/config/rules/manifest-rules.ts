import { valid, validRange } from 'semver';
import { fix, problem, replace } from '../make-problem.ts';
import type { Problem } from '../problem.ts';
import { entryOf, type MapNode, nodeAt, textOf } from '../syntax/node.ts';
import type { World } from '../world.ts';

/** A rule of package.yaml; with a world, whose folder is the package's, files are checked. */
export type ManifestRule = (root: MapNode, world: World | undefined) => readonly Problem[];

const checkVersion: ManifestRule = (root) => {
  const node = nodeAt(root, 'version');
  const written = textOf(node);
  if (!node || written === undefined || valid(written) !== null) return [];
  const meant = /^\d+(?:\.\d+)?$/.test(written)
    ? written.includes('.')
      ? `${written}.0`
      : `${written}.0.0`
    : undefined;
  const fixes = meant === undefined ? [] : [fix(`Change to ${meant}`, [replace(node, meant)], true)];
  return [
    problem('HSU601', `"${written}" is no semantic version: write three numbers, such as ${meant ?? '1.2.3'}.`, node, {
      fixes,
    }),
  ];
};

const checkDependencyRanges: ManifestRule = (root) => {
  const list = nodeAt(root, 'dependencies');
  if (list?.kind !== 'sequence') return [];
  return list.items.flatMap((item) => {
    const node = nodeAt(item, 'version');
    const written = textOf(node);
    if (!node || written === undefined || validRange(written) !== null) return [];
    return [problem('HSU603', `"${written}" is no version range: write one such as >=2.1.0 or ^1.4.0.`, node)];
  });
};

const checkSupported: ManifestRule = (root) => {
  const list = nodeAt(root, 'supported_types');
  const process = entryOf(root, 'process') ?? entryOf(root, 'executable');
  if (list?.kind !== 'sequence' || process || entryOf(root, 'module')) return [];
  return [problem('HSU604', 'Nothing of this package can be run: describe it with "process" or "module".', list)];
};

const checkFiles: ManifestRule = (root, world) => {
  const executable = nodeAt(root, 'process', 'executable_path') ?? nodeAt(root, 'executable', 'path');
  const places = [
    { node: executable, code: 'HSU402', what: 'executable' },
    { node: nodeAt(root, 'module', 'module_path'), code: 'HSU404', what: 'module' },
  ] as const;
  return places.flatMap(({ node, code, what }) => {
    const written = textOf(node);
    if (!node || written === undefined || written === '') return [];
    if (/^(?:[/\\]|[A-Za-z]:|\.\.(?:[/\\]|$))|[/\\]\.\.(?:[/\\]|$)/.test(written)) {
      return [
        problem(
          'HSU602',
          `${written} leads out of the package: the path of its ${what} begins in this file's folder.`,
          node,
        ),
      ];
    }
    if (!world) return [];
    const path = world.resolve(world.folder, written);
    const fact = world.file(path);
    if (!fact || fact.kind === 'file') return [];
    const state = fact.kind === 'missing' ? 'does not exist' : 'is no file';
    return [problem(code, `The ${what} ${written} ${state}: expected it at ${path}.`, node)];
  });
};

export const manifestRules: readonly ManifestRule[] = [checkVersion, checkDependencyRanges, checkSupported, checkFiles];
