import { removal } from '../edits.ts';
import { type Item, writtenAt } from '../item.ts';
import { problem } from '../make-problem.ts';
import type { Problem } from '../problem.ts';
import { withPolicies } from '../read-worker-config.ts';
import { entryOf, nodeAt } from '../syntax/node.ts';

/** What shows that a worker is ready is there to be seen. */
export function checkReady(item: Item): readonly Problem[] {
  const { config } = item;
  if (!config || !entryOf(item.node, 'ready')) return [];
  return [...(config.management === 'unmanaged' ? unheard(item) : []), ...withoutCheck(item, config)];
}

/** Of what somebody else has started nothing is heard. */
function unheard(item: Item): Problem[] {
  const written = entryOf(item.node, 'ready');
  const block = written?.value;
  const said = entryOf(block, 'notify');
  const isWord = block?.kind === 'scalar' && block.value === 'notify';
  const isSaid = said?.value.kind === 'scalar' && said.value.value === true;
  const ways = [
    { entry: entryOf(block, 'log'), why: 'its output does not come here' },
    { entry: isWord ? written : isSaid ? said : undefined, why: 'it was not told where to say so' },
  ];
  return ways.flatMap(({ entry, why }) => {
    if (!entry || !written) return [];
    const message = `It is found running, and ${why}: it would never be ready. Let "port" or "health" show it, or nothing.`;
    const isAll = block?.kind === 'map' && block.entries.length === 1;
    const removed = isAll ? written : entry;
    const fixes = entry.merged || written.merged ? [] : removal(item.text, removed);
    return [problem('HSU509', message, entry.key, { fixes })];
  });
}

/** It is to be ready by its health check, and has none. */
function withoutCheck(item: Item, config: NonNullable<Item['config']>): Problem[] {
  const { resolution } = item;
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
