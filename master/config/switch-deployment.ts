import type { TextEdit } from './problem.ts';
import { resolveDeployment } from './resolve-deployment.ts';
import { nodeAt } from './syntax/node.ts';
import { WorkersDocument } from './workers-document.ts';
import type { World } from './world.ts';

export type Switch =
  | { readonly edits: readonly TextEdit[]; readonly title: string }
  /** Why it cannot be done, as one sentence. */
  | { readonly refused: string };

/** The edit that makes a worker run the other way: one word, all else stays as it is written. */
export function switchDeployment(text: string, workerId: string, to: 'process' | 'module', world: World): Switch {
  return switchIn(WorkersDocument.open(text, world), workerId, to, world);
}

export function switchIn(document: WorkersDocument, workerId: string, to: 'process' | 'module', world: World): Switch {
  const index = document.indexOf(workerId);
  const open = document.openItem(index);
  const item = open?.item;
  if (!item) return { refused: `There is no worker "${workerId}" in this file.` };
  const type = nodeAt(item.node, 'type');
  if (!type || !item.config) return { refused: `Worker "${workerId}" has no readable type to switch.` };
  if (item.config.type === to) return { refused: `Worker "${workerId}" runs as a ${to} already.` };
  if (item.config.management === 'unmanaged') {
    return { refused: `Worker "${workerId}" is only watched, so it cannot run as a module.` };
  }
  const resolution = resolveDeployment({ ...item.config, type: to, management: 'managed' }, world);
  const name = resolution.package.kind === 'found' ? resolution.package.installed : undefined;
  if (name && !name.manifest.supportedTypes.includes(to)) {
    return {
      refused: `Worker "${workerId}" cannot run as a ${to}: package ${name.name}:${name.version} does not support it.`,
    };
  }
  if (resolution.impossible !== undefined) {
    return { refused: `Worker "${workerId}" cannot run as a ${to}: ${resolution.impossible}.` };
  }
  if (
    item.config.olderForm &&
    nodeAt(item.node, 'unit') === undefined &&
    nodeAt(item.node, 'management') === undefined
  ) {
    return { refused: `Worker "${workerId}" has no unit to run.` };
  }
  const start = document.startOf(index);
  const written = document.text.slice(start + type.start, start + type.end);
  const quote = /^["']/.exec(written)?.[0] ?? '';
  return {
    title: `Switch to ${to}`,
    edits: [{ start: start + type.start, end: start + type.end, newText: quote + to + quote }],
  };
}

/** The deployment a worker does not have now. */
export function otherDeployment(type: 'process' | 'module'): 'process' | 'module' {
  return type === 'process' ? 'module' : 'process';
}
