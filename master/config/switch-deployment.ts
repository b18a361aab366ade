import { addEntry } from './edits.ts';
import { addBlock, type Filled, filledFrom } from './fill-block.ts';
import { shiftMap } from './piece.ts';
import type { TextEdit } from './problem.ts';
import { resolveDeployment } from './resolve-deployment.ts';
import { entryOf, type MapNode, nodeAt } from './syntax/node.ts';
import { WorkersDocument } from './workers-document.ts';
import type { World } from './world.ts';

export type Switch =
  | {
      readonly edits: readonly TextEdit[];
      readonly title: string;
      /** The id as the file writes it: of a replica that of all of them. */
      readonly id: string;
      /** The block that the edits add, where the worker has none and its package knows what belongs there. */
      readonly filled?: Filled;
    }
  /** Why it cannot be done, as one sentence. */
  | { readonly refused: string };

/**
 * The edit that makes a worker run the other way: one word, and the block that goes with it where only the manifest of its
 * package has it. All else stays as it is written.
 */
export function switchDeployment(text: string, workerId: string, to: 'process' | 'module', world: World): Switch {
  return switchIn(WorkersDocument.open(text, world), workerId, to, world);
}

function idsIn(document: WorkersDocument): string {
  const ids = Array.from({ length: document.size }, (_, index) => document.readingOf(index)?.id?.value);
  return ids.filter((id) => id !== undefined).join(', ') || 'none';
}

export function switchIn(document: WorkersDocument, workerId: string, to: 'process' | 'module', world: World): Switch {
  const index = document.indexOf(workerId);
  const open = document.openItem(index);
  const item = open?.item;
  if (!item) return { refused: `There is no worker "${workerId}" in this file; it has: ${idsIn(document)}.` };
  if (!nodeAt(item.node, 'type') || !item.config) {
    return { refused: `Worker "${workerId}" has no readable type to switch.` };
  }
  if (item.config.type === to) return { refused: `Worker "${workerId}" runs as a ${to} already.` };
  if (item.config.management === 'unmanaged') {
    return { refused: `Worker "${workerId}" is only watched, so it cannot run as a module.` };
  }
  const resolution = resolveDeployment({ ...item.config, type: to, management: 'managed' }, world);
  const installed = resolution.package.kind === 'found' ? resolution.package.installed : undefined;
  if (installed && !installed.manifest.supportedTypes.includes(to)) {
    return {
      refused: `Worker "${workerId}" cannot run as a ${to}: package ${installed.name}:${installed.version} does not support it.`,
    };
  }
  if (resolution.impossible !== undefined) {
    return { refused: `Worker "${workerId}" cannot run as a ${to}: ${resolution.impossible}.` };
  }
  const { olderForm = false } = item.config;
  if (olderForm && nodeAt(item.node, 'unit') === undefined && nodeAt(item.node, 'management') === undefined) {
    return { refused: `Worker "${workerId}" has no unit to run.` };
  }
  const found = installed && !olderForm ? filledFrom(installed, to) : undefined;
  const filled = found && nodeAt(item.node, found.block) === undefined ? found : undefined;
  const worker = shiftMap(item.node, document.startOf(index));
  const id = open.reading.id?.value ?? workerId;
  const edits = writeDeployment(document.text, worker, to, filled);
  return { title: `Switch to ${to}`, id, edits, ...(filled && { filled }) };
}

/** Writes the type of a worker, and the block that belongs to it, where it has none of its own. */
export function writeDeployment(
  text: string,
  worker: MapNode,
  to: 'process' | 'module',
  filled: Filled | undefined,
): readonly TextEdit[] {
  const type = entryOf(worker, 'type');
  const edits: TextEdit[] = [];
  let quote = '';
  if (type && !type.merged) {
    const { start, end } = type.value;
    quote = /^["']/.exec(text.slice(start, end))?.[0] ?? '';
    edits.push({ start, end, newText: quote + to + quote });
  } else {
    const added = addEntry(text, worker, 'type', to);
    if (added) edits.push(added);
  }
  if (filled && !nodeAt(worker, filled.block)) {
    edits.push(addBlock(text, worker, filled.block, filled.value, quote));
  }
  return edits;
}

/** The deployment a worker does not have now. */
export function otherDeployment(type: 'process' | 'module'): 'process' | 'module' {
  return type === 'process' ? 'module' : 'process';
}
