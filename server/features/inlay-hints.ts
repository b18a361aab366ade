import { type InlayHint, InlayHintKind, type Range } from 'vscode-languageserver-types';
import { effectiveConfiguration } from '../../master/config/effective-configuration.ts';
import { type OpenItem, resolvedWorker } from '../../master/config/read-item.ts';
import { entryOf, isNull, type MapNode, type Node, nodeAt, textOf, valueOf } from '../../master/config/syntax/node.ts';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import type { OpenDocument } from '../document.ts';
import type { Work } from './work.ts';

/**
 * Behind a package reference the version it means now, behind the type where a module lives, behind a health check and
 * the restarts what is in force without being written, and the port a running worker really listens on where the file
 * does not say it.
 */
export function* inlayHints(document: OpenDocument, range: Range): Work<InlayHint[]> {
  if (document.kind !== 'workers') return [];
  const { workers, places } = document;
  const from = places.offsetAt(range.start);
  const to = places.offsetAt(range.end);
  const hints: InlayHint[] = [];
  for (let index = Math.max(0, workers.indexAt(from)); index < workers.size && workers.startOf(index) <= to; index++) {
    yield;
    const open = workers.openItem(index);
    const item = open?.item;
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
    for (const { offset, label } of defaultsOf(open)) add(offset, label, 'In force here, for nothing else is written.');
    const live = item.id === undefined ? undefined : document.snapshots?.get(item.id);
    const port = live && actualPort(live);
    const written = portOf(item.node);
    if (live && port && textOf(written) !== port.number) {
      add(written?.end ?? item.anchor.end, `:${port.number}`, `${live.id} listens on ${port.address} (${port.origin})`);
    }
  }
  return hints;
}

/** Blocks whose defaults decide how a worker is treated, each with the settings that are told where they are not written. */
const told: Readonly<Record<string, readonly string[]>> = {
  health_check: ['interval', 'timeout', 'failure_threshold'],
  restart: ['max_retries', 'retry_delay', 'backoff_rate'],
};

/** What is in force in the blocks that an item writes, without being written. */
function defaultsOf(open: OpenItem): { readonly offset: number; readonly label: string }[] {
  const resolved = resolvedWorker(open);
  const { node } = open;
  if (!resolved || node?.kind !== 'map') return [];
  const found = open.item?.resolution?.package;
  const manifest = found?.kind === 'found' ? found.installed.manifest : undefined;
  const settings = effectiveConfiguration(resolved, { file: valueOf(node), manifest });
  return Object.entries(told).flatMap(([block, keys]) => {
    const entry = entryOf(node, block);
    if (!entry || entry.merged || isNull(entry.value) || textOf(entry.value) === 'never') return [];
    const unwritten = keys.flatMap((key) => {
      const one = settings.find((setting) => setting.key === `${block}.${key}` && setting.origin === 'default');
      return one ? [`${key} ${String(one.value)}`] : [];
    });
    if (unwritten.length === 0) return [];
    const isBlock = entry.value.kind !== 'scalar' && !entry.value.flow;
    return [{ offset: isBlock ? entry.key.end + 1 : entry.value.end, label: unwritten.join(', ') }];
  });
}

/** Where the item says which port: the value itself, or that of the module's settings. */
function portOf(node: MapNode): Node | undefined {
  return nodeAt(node, 'port') ?? nodeAt(node, 'module', 'config', 'port') ?? nodeAt(node, 'config', 'port');
}

/** Where a running worker listens: all of its news that hints show. */
export function actualPort({ state, endpoints }: WorkerSnapshot) {
  const url = state === 'running' ? endpoints.find(({ type }) => type === 'url') : undefined;
  const number = /^[a-z][a-z0-9+.-]*:\/\/[^/]*:(\d+)/i.exec(url?.address ?? '')?.[1];
  // A password may stand before an @.
  const address = url?.address.replace(/\/\/[^/@]*@/, '//') ?? '';
  return url && number !== undefined ? { number, address, origin: url.origin } : undefined;
}

const isolations = {
  shared: 'Lives with the other shared modules on one event loop.',
  thread: 'Has a thread of its own.',
  wasm: 'WebAssembly, in a thread of its own.',
  native: 'A native library, in a thread of its own.',
} as const;
