import { removeEntry } from '../edits.ts';
import type { Item } from '../item.ts';
import { fix, problem } from '../make-problem.ts';
import type { Problem } from '../problem.ts';
import { type Entry, entryOf, keyText, type Node, valueOf } from '../syntax/node.ts';

/** Two paths of keys that mean one thing. */
type Pair = readonly [string, string];

export const pairsOfFile: readonly Pair[] = [
  ['workers', 'managed_processes'],
  ['master', 'process_manager'],
  ['log_collection.default_worker', 'log_collection.default'],
  ['log_collection.system.worker_directory', 'log_collection.system.process_directory'],
  ['log_collection.system.max_workers', 'log_collection.system.max_managed_processes'],
  ['log_collection.enhancement.metadata.add_master_id', 'log_collection.enhancement.metadata.add_process_manager_id'],
];

export const pairsOfManifest: readonly Pair[] = [['process', 'executable']];

const units = ['unit', 'management'].flatMap((block): Pair[] => [
  [`${block}.managed`, `${block}.standard_managed`],
  [`${block}.integrated`, `${block}.integrated_managed`],
]);

const pairsOfWorker: readonly Pair[] = [
  ['unit', 'management'],
  ['limits', 'resources'],
  ['execution.executable_path', 'executable_path'],
  ['execution.args', 'args'],
  ['module.module_name', 'module_name'],
  ['module.module_path', 'module_name'],
  ['module.config', 'config'],
  ['health_check.endpoint', 'health_check.http_endpoint'],
  ['health_check.retries', 'health_check.failure_threshold'],
  ...['interval', 'timeout', 'initial_delay', 'retries'].map((key): Pair => [
    `health_check.${key}`,
    `health_check.run_options.${key}`,
  ]),
  ...units,
];

/** Of two spellings of one key only one is read. */
export function checkBothSpellings({ text, node }: Item): readonly Problem[] {
  return bothSpellings(text, node, pairsOfWorker);
}

/** `kept` is an entry that must not be taken out, whatever its value looks like. */
export function bothSpellings(text: string, root: Node, pairs: readonly Pair[], kept?: Entry): readonly Problem[] {
  return pairs.flatMap(([one, other]) => {
    const first = at(root, one);
    const second = first && at(root, other);
    if (!first || !second) return [];
    const [earlier, later] = first.key.start < second.key.start ? [first, second] : [second, first];
    const same = JSON.stringify(valueOf(first.value)) === JSON.stringify(valueOf(second.value));
    const empty = [undefined, 'null', '[]', '{}'].includes(JSON.stringify(valueOf(later.value)));
    const remove = (entry: Entry, preferred: boolean) =>
      entry === kept ? [] : [fix(`Remove "${keyText(entry)}"`, [removeEntry(text, entry)], preferred)];
    return [
      problem('HSU106', `"${one}" and "${other}" are two spellings of one key: write only one of them.`, later.key, {
        related: [{ start: earlier.key.start, end: earlier.key.end, message: 'The other spelling.' }],
        fixes: [...remove(later, same || empty), ...remove(earlier, false)],
      }),
    ];
  });
}

function at(root: Node, path: string): Entry | undefined {
  let node: Node | undefined = root;
  let entry: Entry | undefined;
  for (const key of path.split('.')) {
    entry = entryOf(node, key);
    if (!entry || entry.merged) return undefined;
    node = entry.value;
  }
  return entry;
}
