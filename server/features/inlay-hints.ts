import { type InlayHint, InlayHintKind, type Range } from 'vscode-languageserver-types';
import { nodeAt, textOf } from '../../master/config/syntax/node.ts';
import type { OpenDocument } from '../document.ts';

/** Behind a package reference the version it means now, behind a module's path where the module lives. */
export function inlayHints(document: OpenDocument, range: Range): InlayHint[] {
  if (document.kind !== 'workers') return [];
  const { workers, places } = document;
  const from = places.offsetAt(range.start);
  const to = places.offsetAt(range.end);
  const hints: InlayHint[] = [];
  for (let index = Math.max(0, workers.indexAt(from)); index < workers.size && workers.startOf(index) <= to; index++) {
    const item = workers.openItem(index)?.item;
    if (!item) continue;
    const base = workers.startOf(index);
    const add = (offset: number, label: string, tooltip: string) =>
      hints.push({
        position: places.positionAt(base + offset),
        label,
        tooltip,
        kind: InlayHintKind.Type,
        paddingLeft: true,
      });
    const reference = nodeAt(item.node, 'package');
    const found = item.resolution?.package;
    if (reference && found?.kind === 'found') {
      const { version, folder } = found.installed;
      if (!(textOf(reference) ?? '').endsWith(`:${version}`)) add(reference.end, version, `Taken from ${folder}`);
    }
    const type = nodeAt(item.node, 'type');
    const deployment = item.resolution?.deployment;
    if (type && deployment?.kind === 'module') add(type.end, deployment.isolation, isolations[deployment.isolation]);
    if (type && deployment?.kind === 'process' && deployment.hosted) {
      add(
        type.end,
        'hosted module',
        'Only a module is there: it runs in a process of its own through the module host.',
      );
    }
  }
  return hints;
}

const isolations = {
  shared: 'Lives with the other shared modules on one event loop.',
  thread: 'Has a thread of its own.',
  wasm: 'WebAssembly, in a thread of its own.',
  native: 'A native library, in a thread of its own.',
} as const;
