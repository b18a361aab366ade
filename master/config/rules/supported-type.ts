import type { Item } from '../item.ts';
import { fix, problem, replace } from '../make-problem.ts';
import type { Problem } from '../problem.ts';
import { nodeAt } from '../syntax/node.ts';

/** The package's `supported_types` rules which `type` a worker of it may take. */
export function checkSupportedType(item: Item): readonly Problem[] {
  const found = item.resolution?.package;
  const node = nodeAt(item.node, 'type');
  if (found?.kind !== 'found' || !item.config || !node) return [];
  const { type } = item.config;
  const { name, version, manifest } = found.installed;
  if (manifest.supportedTypes.includes(type)) return [];
  const other = manifest.supportedTypes[0];
  const fixes = other === undefined ? [] : [fix(`Change to type: ${other}`, [replace(node, other)], true)];
  const supported = manifest.supportedTypes.map((one) => `"${one}"`).join(' and ');
  return [
    problem('HSU303', `Package ${name}:${version} does not support type "${type}": it supports ${supported}.`, node, {
      fixes,
    }),
  ];
}
