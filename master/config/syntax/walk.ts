import { type Entry, keyText, type MapNode, type Node, type ScalarNode } from './node.ts';

export interface FoundScalar {
  readonly node: ScalarNode;
  /** The nearest key above it. */
  readonly entry: Entry | undefined;
}

/** Every scalar value below a node, but for what a merge key would bring if another had not brought it before. */
export function* scalarsOf(node: Node, entry?: Entry): Generator<FoundScalar> {
  switch (node.kind) {
    case 'scalar':
      yield { node, entry };
      break;
    case 'sequence':
      for (const item of node.items) yield* scalarsOf(item, entry);
      break;
    case 'map':
      for (const one of node.entries) if (!one.merged || isFirst(node, one)) yield* scalarsOf(one.value, one);
  }
}

function isFirst({ entries }: MapNode, entry: Entry): boolean {
  return entries.find((one) => keyText(one) === keyText(entry)) === entry;
}
