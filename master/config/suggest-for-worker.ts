import { unitNames } from './item.ts';
import { parsePackageReference } from './package-reference.ts';
import type { Suggestion } from './schema-fixes.ts';
import { entryOf, keyText, type MapNode, nodeAt, textOf } from './syntax/node.ts';

/** What a key that a worker lacks may be given, told by what it does have. */
export function suggestForWorker(node: MapNode, path: readonly string[], key: string): Suggestion | undefined {
  const place = [...path, key].join('.');
  if (place === 'id') return { values: [nameOf(node)], sure: false };
  if (place === 'type') return typeOf(node);
  return undefined;
}

/** The worker is named after what it runs. */
function nameOf(node: MapNode): string {
  const name = textOf(nodeAt(node, 'name'));
  const reference = parsePackageReference(textOf(nodeAt(node, 'package')) ?? '')?.name;
  const file =
    textOf(nodeAt(node, 'execution', 'executable_path')) ??
    textOf(nodeAt(node, 'executable_path')) ??
    textOf(nodeAt(node, 'module', 'module_path'));
  const stem =
    (name ?? reference ?? file ?? 'worker')
      .split(/[/\\]/)
      .at(-1)
      ?.replace(/\.\w+$/, '') ?? '';
  return stem.replaceAll(/[^A-Za-z0-9_-]+/g, '-').replaceAll(/^-+|-+$/g, '') || 'worker';
}

/** Sure where only one of the deployments is written. */
function typeOf(node: MapNode): Suggestion {
  const units = nodeAt(node, 'unit') ?? nodeAt(node, 'management');
  const unit =
    units?.kind === 'map' ? units.entries.map(keyText).find((one) => unitNames[one] !== undefined) : undefined;
  if (unit !== undefined) return { values: [unit], sure: true };
  const module = entryOf(node, 'module') ?? entryOf(node, 'module_name');
  const process = entryOf(node, 'execution') ?? entryOf(node, 'executable_path');
  const values = module && !process ? ['module', 'process'] : ['process', 'module'];
  return { values, sure: (module === undefined) !== (process === undefined) };
}
