import { valid, validRange } from 'semver';
import { fix, problem, replace } from '../make-problem.ts';
import { quoted } from '../edits.ts';
import { pathFixes } from '../path-fixes.ts';
import type { Fix, Problem } from '../problem.ts';
import { entryOf, type MapNode, type Node, nodeAt, textOf } from '../syntax/node.ts';
import type { World } from '../world.ts';

/** A rule of package.yaml; with a world, whose folder is the package's, files are checked. */
export type ManifestRule = (root: MapNode, world: World | undefined) => readonly Problem[];

const checkVersion: ManifestRule = (root) => {
  const node = nodeAt(root, 'version');
  const written = textOf(node);
  if (!node || written === undefined || valid(written) !== null) return [];
  const meant = versionOf(written);
  const fixes = meant === undefined ? [] : [fix(`Change to ${meant}`, [replace(node, meant)], true)];
  return [
    problem('HSU601', `"${written}" is no semantic version: write three numbers, such as ${meant ?? '1.2.3'}.`, node, {
      fixes,
    }),
  ];
};

/** "v1.2", "1.2" and "1.2.3.4" are meant as three numbers. */
function versionOf(written: string): string | undefined {
  const numbers = /^\s*[vV=]?\s*(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:\.\d+)*\s*$/.exec(written);
  return numbers ? [numbers[1], numbers[2] ?? 0, numbers[3] ?? 0].map(Number).join('.') : undefined;
}

/** ">>2", "=>2.1", "2.1+" and "latest" have one meaning each. */
function rangeOf(written: string): string | undefined {
  const text = written.trim();
  const meant = /^(?:latest|any)$/i.test(text)
    ? '*'
    : text
        .replace(/^=>|^>>/, '>=')
        .replace(/^=<|^<</, '<=')
        .replace(/^(\d[\d.]*)\s*\+$/, '>=$1');
  return meant !== text && validRange(meant) !== null ? meant : undefined;
}

const checkDependencyRanges: ManifestRule = (root) => {
  const list = nodeAt(root, 'dependencies');
  if (list?.kind !== 'sequence') return [];
  return list.items.flatMap((item) => {
    const node = nodeAt(item, 'version');
    const written = textOf(node);
    if (!node || written === undefined || validRange(written) !== null) return [];
    const meant = rangeOf(written);
    return [
      problem('HSU603', `"${written}" is no version range: write one such as >=2.1.0 or ^1.4.0.`, node, {
        fixes: meant === undefined ? [] : [fix(`Change to ${meant}`, [replace(node, quoted(meant, '"'))], true)],
      }),
    ];
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
          { fixes: world ? insideFix(world, written, node) : [] },
        ),
      ];
    }
    if (!world) return [];
    const path = world.resolve(world.folder, written);
    const fact = world.file(path);
    if (!fact || fact.kind === 'file') return [];
    const state = fact.kind === 'missing' ? 'does not exist' : 'is no file';
    return [
      problem(code, `The ${what} ${written} ${state}: expected it at ${path}.`, node, {
        fixes: pathFixes(world, path, written, node),
      }),
    ];
  });
};

/** A path that leads out and in again can be written from within. */
function insideFix(world: World, written: string, node: Node): Fix[] {
  const path = world.resolve(world.folder, written);
  const within = path.slice(0, world.folder.length) === world.folder ? path.slice(world.folder.length + 1) : '';
  return within === '' ? [] : [fix(`Change to ${within}`, [replace(node, quoted(within))], true)];
}

export const manifestRules: readonly ManifestRule[] = [checkVersion, checkDependencyRanges, checkSupported, checkFiles];
