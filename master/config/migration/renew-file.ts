import type { Document, YAMLMap } from 'yaml';
import { isMap, isScalar, isSeq, Pair, parseDocument, Scalar, visit, YAMLSeq } from 'yaml';
import type { TextEdit } from '../problem.ts';
import { renewWorker } from './old-keys.ts';
import { onlyDifferent } from './rewritten.ts';
import { makeMap, mapAt, movePair, pairOf, removeEmpty, scalarAt, writeDocument } from './yaml-map.ts';

/** The edits that write a whole workers file in the current spelling; none where nothing in it is old. */
export function renewFile(text: string): readonly TextEdit[] {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  const root = document.contents;
  if (document.errors.length > 0 || !isMap(root)) return [];
  let old = renewTop(root);
  const workers = pairOf(root, 'workers')?.value;
  if (isSeq(workers)) {
    for (const worker of workers.items) if (isMap(worker)) old += renewWorker(worker).length;
    old += spreadBreaker(root, workers);
  }
  return old === 0 ? [] : editsTo(text, document);
}

/** The edits that make a list of workers written by their ids, and change nothing else. */
export function asList(text: string): readonly TextEdit[] {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  const root = document.contents;
  if (document.errors.length > 0 || !isMap(root)) return [];
  const key = pairOf(root, 'workers') ? 'workers' : 'managed_processes';
  return listWorkers(root, key) === 0 ? [] : editsTo(text, document);
}

function editsTo(text: string, document: Document): readonly TextEdit[] {
  const written = writeDocument(document, text);
  const edit = onlyDifferent(text, text.includes('\r\n') ? written.replaceAll(/\r?\n/g, '\r\n') : written);
  return edit ? [edit] : [];
}

/** Keys of the file itself. Returns how many were old. */
export function renewTop(root: YAMLMap): number {
  let moved = 0;
  const move = (from: YAMLMap | undefined, key: string, to: YAMLMap | undefined, name: string) => {
    const pair = pairOf(from, key);
    if (from && pair && movePair(from, pair, to, name)) moved++;
  };
  move(root, 'managed_processes', root, 'workers');
  move(root, 'process_manager', root, 'master');
  move(root, 'log_config', root, 'log_collection');
  const master = mapAt(root, 'master');
  for (const key of ['log_collection', 'logging']) move(master, key, root, 'log_collection');
  removeEmpty(root, 'master');
  const logs = mapAt(root, 'log_collection');
  if (logs) {
    move(logs, 'default', logs, 'default_worker');
    if (pairOf(logs, 'output')) move(logs, 'output', makeMap(logs, 'default_worker'), 'outputs');
    if (pairOf(logs, 'processing')) move(logs, 'processing', makeMap(logs, 'default_worker'), 'processing');
    moved += renewAggregation(logs);
    const system = mapAt(logs, 'system');
    move(system, 'process_directory', system, 'worker_directory');
    move(system, 'max_managed_processes', system, 'max_workers');
    const added = mapAt(logs, 'enhancement', 'metadata');
    move(added, 'add_process_manager_id', added, 'add_master_id');
    moved += renewTargets(logs);
  }
  return moved + listWorkers(root);
}

/** Targets named after the process manager, and its placeholder in their paths. Returns how many. */
function renewTargets(logs: YAMLMap): number {
  let renewed = 0;
  const renew = (map: YAMLMap, key: string, now: (value: string) => string) => {
    const scalar = scalarAt(map, key);
    if (typeof scalar?.value !== 'string' || now(scalar.value) === scalar.value) return;
    scalar.value = now(scalar.value);
    renewed++;
  };
  visit(logs, {
    Map: (_, map) => {
      renew(map, 'type', (type) => newTargets[type] ?? type);
      renew(map, 'path', (path) => path.replaceAll('{process_id}', '{worker_id}'));
    },
  });
  return renewed;
}

const newTargets: Readonly<Record<string, string>> = {
  process_manager_stdout: 'master_stdout',
  process_manager_stderr: 'stderr',
};

/** `aggregation: {mode: both}` says whether there is one file for all. */
function renewAggregation(logs: YAMLMap): number {
  const mode = scalarAt(mapAt(logs, 'aggregation'), 'mode');
  const pair = pairOf(logs, 'aggregation');
  if (!mode || !pair || pairOf(logs, 'global_aggregation')) return 0;
  if (isScalar(pair.key)) pair.key.value = 'global_aggregation';
  const block = mapAt(logs, 'global_aggregation');
  const own = pairOf(block, 'mode');
  if (isScalar(own?.key)) own.key.value = 'enabled';
  mode.value = mode.value === 'aggregate' || mode.value === 'both';
  return 1;
}

/** Workers by their ids become a list of workers. */
function listWorkers(root: YAMLMap, name = 'workers'): number {
  const pair = pairOf(root, name);
  const map = pair?.value;
  if (!pair || !isMap(map) || !map.items.every(({ value }) => isMap(value))) return 0;
  const list = new YAMLSeq();
  if (map.commentBefore) list.commentBefore = map.commentBefore;
  if (map.comment) list.comment = map.comment;
  for (const { key, value } of map.items) {
    if (!isMap(value) || !isScalar(key)) return 0;
    if (!pairOf(value, 'id')) value.items.unshift(new Pair(new Scalar('id'), new Scalar(key.value)));
    if (key.commentBefore) value.commentBefore = key.commentBefore;
    list.add(value);
  }
  pair.value = list;
  return 1;
}

/** `restart_circuit_breaker` of the whole file becomes the budget of each worker that writes none. */
function spreadBreaker(root: YAMLMap, workers: YAMLSeq): number {
  const breaker = mapAt(root, 'restart_circuit_breaker');
  if (!breaker) return 0;
  const names: Readonly<Record<string, string>> = {
    max_retries: 'max_retries',
    max_attempts: 'max_retries',
    retry_delay: 'retry_delay',
    restart_delay: 'retry_delay',
    cooldown_period: 'retry_delay',
    backoff_rate: 'backoff_rate',
    backoff_multiplier: 'backoff_rate',
  };
  const known = breaker.items.every(({ key }) => isScalar(key) && names[String(key.value)] !== undefined);
  // What nobody knows must not be lost.
  if (!known) return 0;
  for (const worker of workers.items) {
    if (!isMap(worker)) continue;
    const block = mapAt(worker, 'unit') ?? mapAt(worker, 'management');
    const unit = block?.items.map(({ value }) => value).find((value) => isMap(value));
    const budget = isMap(unit)
      ? makeMap(unit, 'control', 'context_aware_restart', 'default')
      : pairOf(worker, 'restart') && !mapAt(worker, 'restart')
        ? undefined
        : makeMap(worker, 'restart');
    for (const { key, value } of breaker.items) {
      const name = isScalar(key) ? (names[String(key.value)] ?? '') : '';
      if (budget && isScalar(value) && !pairOf(budget, name)) budget.add(new Pair(new Scalar(name), value.clone()));
    }
  }
  const pair = pairOf(root, 'restart_circuit_breaker');
  if (pair) root.items.splice(root.items.indexOf(pair), 1);
  return 1;
}
