import { removeEntry } from '../edits.ts';
import type { Item } from '../item.ts';
import { fix, problem } from '../make-problem.ts';
import type { Problem } from '../problem.ts';
import { type Entry, entryOf, keyText, type Node, valueOf } from '../syntax/node.ts';

/** Two paths of keys that mean one thing. */
interface Pair {
  readonly one: readonly string[];
  readonly other: readonly string[];
}

function pair(one: string, other: string): Pair {
  return { one: one.split('.'), other: other.split('.') };
}

export const pairsOfFile: readonly Pair[] = [
  pair('workers', 'managed_processes'),
  pair('master', 'process_manager'),
  pair('log_collection.default_worker', 'log_collection.default'),
  pair('log_collection.system.worker_directory', 'log_collection.system.process_directory'),
  pair('log_collection.system.max_workers', 'log_collection.system.max_managed_processes'),
  pair(
    'log_collection.enhancement.metadata.add_master_id',
    'log_collection.enhancement.metadata.add_process_manager_id',
  ),
];

export const pairsOfManifest: readonly Pair[] = [pair('process', 'executable')];

const units = ['unit', 'management'].flatMap((block) => [
  pair(`${block}.managed`, `${block}.standard_managed`),
  pair(`${block}.integrated`, `${block}.integrated_managed`),
]);

const pairsOfWorker: readonly Pair[] = [
  pair('unit', 'management'),
  pair('limits', 'resources'),
  pair('execution.executable_path', 'executable_path'),
  pair('execution.args', 'args'),
  pair('module.module_name', 'module_name'),
  pair('module.module_path', 'module_name'),
  pair('module.config', 'config'),
  pair('health_check.endpoint', 'health_check.http_endpoint'),
  pair('health_check.retries', 'health_check.failure_threshold'),
  ...['interval', 'timeout', 'initial_delay', 'retries'].map((key) =>
    pair(`health_check.${key}`, `health_check.run_options.${key}`),
  ),
  ...units,
];

/** Of two spellings of one key only one is read. */
export function checkBothSpellings({ text, node }: Item): readonly Problem[] {
  return hasAny(node, rare) ? bothSpellings(text, node, pairsOfWorker) : none;
}

const none: readonly never[] = [];

/** Keys with those below them; none below the last of a path. */
interface Keys {
  readonly [key: string]: Keys;
}

/** The other spelling of each pair, which nearly no worker has. */
const rare = pairsOfWorker.reduce<Keys>((keys, { other }) => withPath(keys, other), {});

function withPath(keys: Keys, [key, ...below]: readonly string[]): Keys {
  return key === undefined ? keys : { ...keys, [key]: withPath(keys[key] ?? {}, below) };
}

function hasAny(node: Node, keys: Keys): boolean {
  if (node.kind !== 'map') return false;
  for (const { key, value } of node.entries) {
    if (typeof key.value !== 'string' || !Object.hasOwn(keys, key.value)) continue;
    const below = keys[key.value] ?? {};
    if (Object.keys(below).length === 0 || hasAny(value, below)) return true;
  }
  return false;
}

/** `kept` is an entry that must not be taken out, whatever its value looks like. */
export function bothSpellings(text: string, root: Node, pairs: readonly Pair[], kept?: Entry): readonly Problem[] {
  const found: Problem[] = [];
  if (root.kind !== 'map') return found;
  const written = new Set(root.entries.map(({ key }) => key.value));
  for (const { one, other } of pairs) {
    // Most items have few of these keys.
    if (!written.has(one[0] ?? '') || !written.has(other[0] ?? '')) continue;
    const first = at(root, one);
    const second = first && at(root, other);
    if (!first || !second) continue;
    const [earlier, later] = first.key.start < second.key.start ? [first, second] : [second, first];
    const same = JSON.stringify(valueOf(first.value)) === JSON.stringify(valueOf(second.value));
    const empty = [undefined, 'null', '[]', '{}'].includes(JSON.stringify(valueOf(later.value)));
    const remove = (entry: Entry, preferred: boolean) =>
      entry === kept ? [] : [fix(`Remove "${keyText(entry)}"`, [removeEntry(text, entry)], preferred)];
    const message = `"${one.join('.')}" and "${other.join('.')}" are two spellings of one key: write only one of them.`;
    found.push(
      problem('HSU106', message, later.key, {
        related: [{ start: earlier.key.start, end: earlier.key.end, message: 'The other spelling.' }],
        fixes: [...remove(later, same || empty), ...remove(earlier, false)],
      }),
    );
  }
  return found;
}

function at(root: Node, path: readonly string[]): Entry | undefined {
  let node: Node | undefined = root;
  let entry: Entry | undefined;
  for (const key of path) {
    entry = entryOf(node, key);
    if (!entry || entry.merged) return undefined;
    node = entry.value;
  }
  return entry;
}
