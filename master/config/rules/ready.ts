import { removal } from '../edits.ts';
import { type Item, writtenAt } from '../item.ts';
import { problem } from '../make-problem.ts';
import type { Problem } from '../problem.ts';
import { withPolicies } from '../read-worker-config.ts';
import { entryOf, nodeAt } from '../syntax/node.ts';

/** A worker that is ready by its health check has one. */
export function checkReady(item: Item): readonly Problem[] {
  const { config, resolution } = item;
  if (!config || !entryOf(item.node, 'ready')) return [];
  const { ready, healthCheck } = withPolicies(config, item.value);
  if (ready?.health !== true || healthCheck) return [];
  const found = resolution?.package;
  if (found?.kind === 'pending' || (found?.kind === 'found' && found.installed.manifest.healthCheck)) return [];
  const node = writtenAt(item, ['ready', 'health'], ['ready']);
  if (!node) return [];
  const message =
    'It is ready by its health check, but neither it nor its package has one: write "health_check", or what else shows it (log, port, notify).';
  const entry = entryOf(nodeAt(item.node, 'ready'), 'health') ?? entryOf(item.node, 'ready');
  return [problem('HSU509', message, node, { fixes: entry ? removal(item.text, entry) : [] })];
}
