import { removal } from '../edits.ts';
import { type Item, unitNames } from '../item.ts';
import { fix, problem, replace } from '../make-problem.ts';
import type { Problem } from '../problem.ts';
import { entryOf, isNull, nodeAt, textOf } from '../syntax/node.ts';

/** The deployment that `type` selects is written, comes from the package, or can be derived from the other one. */
export function checkDeployment(item: Item): readonly Problem[] {
  const type = nodeAt(item.node, 'type');
  if (!type || !item.config) return [];
  const written = textOf(type) ?? '';
  if (unitNames[written] !== undefined) return checkUnit(item, written);
  const why = item.resolution?.impossible;
  if (why === undefined || unsupported(item)) return [];
  const other = item.config.type === 'process' ? 'module' : 'process';
  const block = item.config.type === 'process' ? 'module' : 'execution';
  const fixes = entryOf(item.node, block) ? [fix(`Change to type: ${other}`, [replace(type, other)], true)] : [];
  const name = item.id === undefined ? 'This worker' : `Worker "${item.id}"`;
  return [problem('HSU401', `${name} cannot run as a ${item.config.type}: ${why}.`, type, { fixes })];
}

/** Then the finding about the package says enough. */
function unsupported(item: Item): boolean {
  const found = item.resolution?.package;
  const type = item.config?.type;
  return found?.kind === 'found' && type !== undefined && !found.installed.manifest.supportedTypes.includes(type);
}

/** In the older form exactly the unit that `type` names has to be written. */
function checkUnit(item: Item, type: string): readonly Problem[] {
  const block = entryOf(item.node, 'unit') ?? entryOf(item.node, 'management');
  const at = nodeAt(item.node, 'type') ?? item.anchor;
  if (!block || isNull(block.value)) {
    return [problem('HSU408', `type "${type}" needs the block unit.${type}.`, at)];
  }
  if (block.value.kind !== 'map') return [];
  const wanted = unitNames[type];
  const units = block.value.entries.filter(({ key }) => unitNames[textOf(key) ?? ''] !== undefined);
  const present = units.some(({ key }) => unitNames[textOf(key) ?? ''] === wanted);
  const found = units.flatMap((entry) => {
    const name = textOf(entry.key) ?? '';
    if (unitNames[name] === wanted) return [];
    return [
      problem('HSU408', `type is "${type}", so the unit "${name}" must not be written.`, entry.key, {
        fixes: present ? removal(item.text, entry) : [],
      }),
    ];
  });
  if (!present) {
    const [other] = units;
    const name = textOf(other?.key);
    const fixes =
      name === undefined || units.length > 1 ? [] : [fix(`Change to type: ${name}`, [replace(at, name)], true)];
    return [
      problem('HSU408', `type "${type}" needs the block unit.${type}.`, at, { fixes }),
      ...(name === undefined || units.length > 1 ? found : []),
    ];
  }
  if (wanted !== 'unmanaged' && item.resolution?.impossible !== undefined) {
    return [
      ...found,
      problem('HSU401', `Worker "${item.id ?? ''}" has no executable_path in unit.${type}.control.execution.`, at),
    ];
  }
  return found;
}
