import { addEntry, removal } from '../edits.ts';
import { type Item, unitPaths, writtenAt } from '../item.ts';
import { fix, problem, replace } from '../make-problem.ts';
import type { Problem } from '../problem.ts';
import { withPolicies } from '../read-worker-config.ts';
import { entryOf, type Entry, nodeAt } from '../syntax/node.ts';
import type { WorkerConfig } from '../worker-config.ts';

/** What only a worker that the master starts can have: of the worker, and limits that are put on it at its start. */
const ofStarted = [
  ['replicas'],
  ['environment'],
  ['env_file'],
  ['execution'],
  ['executable_path'],
  ['args'],
  ...['limits', 'resources'].flatMap((block) => [
    [block, 'priority'],
    [block, 'cpu_shares'],
    [block, 'memory', 'max_swap'],
    [block, 'cpu', 'max_cores'],
    [block, 'io', 'weight'],
    [block, 'io', 'max_read_ops'],
    [block, 'io', 'max_write_ops'],
  ]),
];

/** What is found running was started by somebody else, with what it has, and hears only the signals that it may be sent. */
export function checkObserved(item: Item): readonly Problem[] {
  if (item.config?.management !== 'unmanaged') return [];
  const config = withPolicies(item.config, item.value);
  if (!config.discovery) return [];
  const found = ofStarted.flatMap((path) => withoutEffect(item, path, 'it is found running, not started here'));
  if (!config.discovery.canTerminate) {
    return [...found, ...withoutEffect(item, ['stop'], 'it is never asked to end, because can_terminate is not set')];
  }
  return [...found, ...unheard(item, config)];
}

function withoutEffect(item: Item, path: readonly string[], why: string): Problem[] {
  let entry: Entry | undefined;
  for (const key of path) entry = entryOf(entry ? entry.value : item.node, key);
  if (!entry || entry.merged) return [];
  const message = `"${path.join('.')}" has no effect: ${why}.`;
  return [problem('HSU107', message, entry.key, { fixes: removal(item.text, entry) })];
}

/** It may be ended, but not by the signal that would ask it. */
function unheard(item: Item, { discovery, stop }: WorkerConfig): Problem[] {
  const allowed = discovery?.allowedSignals;
  const signal = stop?.signal ?? 'SIGTERM';
  if (!allowed || stop?.command !== undefined || allowed.includes(signal)) return [];
  const list = writtenAt(item, ['discovery', 'allowed_signals'], ...unitPaths(item, 'control', 'allowed_signals'));
  if (list?.kind !== 'sequence') return [];
  const only = allowed.length === 0 ? 'no signal' : `only ${allowed.join(', ')}`;
  const message = `It may be ended (can_terminate), but a stop asks by ${signal}, and allowed_signals allows ${only}.`;
  const last = list.items.at(-1);
  const grown = list.flow
    ? last
      ? { start: last.end, end: last.end, newText: `, ${signal}` }
      : replace(list, `[${signal}]`)
    : undefined;
  const [other] = allowed;
  const written = nodeAt(item.node, 'stop');
  const asked =
    other === undefined || other === 'SIGCONT' || written ? undefined : addEntry(item.text, item.node, 'stop', other);
  return [
    problem('HSU511', message, list, {
      fixes: [
        ...(grown ? [fix(`Allow ${signal}`, [grown], true)] : []),
        ...(asked ? [fix(`Ask by ${String(other)}`, [asked])] : []),
      ],
    }),
  ];
}
