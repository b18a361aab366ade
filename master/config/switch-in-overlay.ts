import { stringify } from 'yaml';
import { lineEnd } from './edits.ts';
import type { Filled } from './fill-block.ts';
import { listOf } from './frame.ts';
import { layOver } from './overlay.ts';
import { readTree } from './read-tree.ts';
import type { TextEdit } from './problem.ts';
import { type Switch, switchDeployment, writeDeployment } from './switch-deployment.ts';
import { isNull, nodeAt, type SequenceNode, textOf } from './syntax/node.ts';
import type { World } from './world.ts';

/**
 * The edit of an overlay, empty where there is none yet, that makes a worker of the file below it run the other way. What
 * can be done is judged by both together; the file itself stays as it is.
 */
export function switchInOverlay(
  text: string,
  overlay: string,
  workerId: string,
  to: 'process' | 'module',
  world: World,
): Switch {
  const laid = layOver(text, overlay);
  if ('refused' in laid) return { refused: `The overlay cannot be laid over the file: ${laid.refused}` };
  const switched = switchDeployment(laid.text, workerId, to, world);
  if ('refused' in switched) return switched;
  const edits = writeInto(overlay, switched.id, to, switched.filled);
  if (edits) return { ...switched, edits };
  return { refused: `The overlay has no "workers:" that a worker can be written into: write it as a list of lines.` };
}

function writeInto(
  overlay: string,
  id: string,
  to: 'process' | 'module',
  filled: Filled | undefined,
): readonly TextEdit[] | undefined {
  const { root } = readTree(overlay);
  const added = { id, type: to, ...(filled && { [filled.block]: filled.value }) };
  const list = listOf(root);
  if (list?.value.kind === 'sequence') {
    const worker = list.value.items.find((item) => textOf(nodeAt(item, 'id')) === id);
    if (worker?.kind === 'map') return writeDeployment(overlay, worker, to, filled);
    return [addItem(overlay, list.value, added)];
  }
  const isOpen = !root || isNull(root) || (root.kind === 'map' && !root.flow);
  if (list || !isOpen) return undefined;
  const newline = newlineOf(overlay);
  const before = overlay === '' || overlay.endsWith('\n') ? '' : newline;
  const newText = before + stringify({ workers: [added] }, { lineWidth: 0 }).replaceAll('\n', newline);
  return [{ start: overlay.length, end: overlay.length, newText }];
}

/** Behind the last item of a list. */
function addItem(text: string, list: SequenceNode, worker: object): TextEdit {
  const last = list.items.at(-1);
  if (list.flow || !last) {
    const at = last?.end ?? list.start + 1;
    const written = stringify(worker, { collectionStyle: 'flow', lineWidth: 0 }).trim();
    return { start: at, end: at, newText: last ? `, ${written}` : written };
  }
  const dash = text.lastIndexOf('-', last.start - 1);
  return behind(text, last.end, dash - (text.lastIndexOf('\n', dash - 1) + 1), worker);
}

/** As lines of its own, behind the line that holds what ends at `offset`. */
function behind(text: string, offset: number, column: number, worker: object): TextEdit {
  const at = lineEnd(text, text.slice(0, offset).trimEnd().length);
  const newline = newlineOf(text);
  const lines = stringify([worker], { lineWidth: 0 }).trimEnd().split('\n');
  return { start: at, end: at, newText: lines.map((line) => newline + ' '.repeat(column) + line).join('') };
}

function newlineOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}
