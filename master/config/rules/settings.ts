import { checkJsonSchema } from '../check-json-schema.ts';
import type { Item } from '../item.ts';
import { problem } from '../make-problem.ts';
import type { Problem } from '../problem.ts';
import { entryOf, nodeAt } from '../syntax/node.ts';

/** A module's `config` fits the `config_schema` of its package. */
export function checkSettings(item: Item): readonly Problem[] {
  const found = item.resolution?.package;
  const schema = found?.kind === 'found' ? found.installed.manifest.configSchema : undefined;
  if (!schema || item.config?.type !== 'module') return [];
  const entry = entryOf(nodeAt(item.node, 'module'), 'config') ?? entryOf(item.node, 'config');
  const owner = entryOf(item.node, 'module')?.key ?? nodeAt(item.node, 'package') ?? item.anchor;
  const root = entry?.value ?? { kind: 'map', start: owner.start, end: owner.end, flow: true, entries: [] };
  return checkJsonSchema(schema, root, entry?.key ?? owner).map(({ message, start, end, fixes = [] }) =>
    problem('HSU407', message, { start, end }, { fixes }),
  );
}
