import { type Entry, keyText, type MapNode, type Node, type ScalarNode } from './node.ts';

export interface FoundScalar {
  readonly node: ScalarNode;
  /** The nearest key above it. */
  readonly entry: Entry | undefined;
}

/** Every scalar value below a node; what came in through a merge key is left out, for it stands elsewhere. */
export function* scalarsOf(node: Node, entry?: Entry): Generator<FoundScalar> {
  switch (node.kind) {
    case 'scalar':
      yield { node, entry };
      break;
    case 'sequence':
      for (const item of node.items) yield* scalarsOf(item, entry);
      break;
    case 'map':
      for (const one of node.entries) if (!one.merged) yield* scalarsOf(one.value, one);
  }
}

/** Every mapping below a node with the keys that lead to it, itself first. */
export function* mapsOf(
  node: Node,
  path: readonly string[] = [],
): Generator<{ node: MapNode; path: readonly string[] }> {
  if (node.kind === 'sequence') for (const item of node.items) yield* mapsOf(item, path);
  if (node.kind !== 'map') return;
  yield { node, path };
  for (const entry of node.entries) if (!entry.merged) yield* mapsOf(entry.value, [...path, keyText(entry)]);
}
