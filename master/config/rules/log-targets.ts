import { unservedTargets } from '../log-collection.ts';
import { problem } from '../make-problem.ts';
import type { Problem } from '../problem.ts';
import { entryOf, type MapNode, type Node, nodeAt, textOf } from '../syntax/node.ts';

/** Where lines are to go can be written to, and aggregation has somewhere to go. */
export function checkLogTargets(root: MapNode): readonly Problem[] {
  const block = entryOf(root, 'log_collection')?.value;
  if (block?.kind !== 'map') return [];
  const aggregation = nodeAt(block, 'global_aggregation');
  const outputs = nodeAt(block, 'default_worker', 'outputs') ?? nodeAt(block, 'default', 'outputs');
  const lists = [
    nodeAt(aggregation, 'targets'),
    nodeAt(outputs, 'separate', 'stdout'),
    nodeAt(outputs, 'separate', 'stderr'),
    nodeAt(outputs, 'forwarding'),
  ];
  const parsers = [
    nodeAt(block, 'enhancement', 'parsers'),
    nodeAt(block, 'default_worker', 'processing', 'parsers') ?? nodeAt(block, 'default', 'processing', 'parsers'),
  ];
  return [
    ...checkAggregation(aggregation),
    ...lists.flatMap((list) => itemsOf(list).flatMap(checkTarget)),
    ...parsers.flatMap((list) => itemsOf(list).flatMap(checkParser)),
  ];
}

function checkAggregation(aggregation: Node | undefined): Problem[] {
  const isOn = textOf(nodeAt(aggregation, 'enabled')) === 'true';
  if (!isOn || itemsOf(nodeAt(aggregation, 'targets')).length > 0 || !aggregation) return [];
  const at = entryOf(aggregation, 'enabled')?.key ?? aggregation;
  return [problem('HSU102', '"global_aggregation" needs the key "targets": one target at least, where lines go.', at)];
}

function checkTarget(target: Node): Problem[] {
  const type = nodeAt(target, 'type');
  const written = textOf(type);
  if (!type || written === undefined) return [];
  if (unservedTargets.includes(written)) {
    const message = `Nothing is written to "${written}": send lines there from a file that another program reads, and write "file" here.`;
    return [problem('HSU510', message, type)];
  }
  if (written === 'file' && textOf(nodeAt(target, 'path')) === undefined) {
    return [problem('HSU102', 'A target of the type "file" needs the key "path".', type)];
  }
  return [];
}

/** Older files name others too. */
function checkParser(parser: Node): Problem[] {
  const type = nodeAt(parser, 'type');
  const written = textOf(type);
  if (!type || written === undefined || written === 'json' || written === 'logfmt') return [];
  return [problem('HSU107', `The parser "${written}" has no effect: there are "json" and "logfmt".`, type)];
}

function itemsOf(node: Node | undefined): readonly Node[] {
  return node?.kind === 'sequence' ? node.items : [];
}
