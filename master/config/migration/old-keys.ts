import { isMap, isScalar, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { commandWords } from '../command-words.ts';
import { unitNames } from '../item.ts';
import { makeMap, mapAt, movePair, pairOf, rangeOfKey, removeEmpty, scalarAt } from './yaml-map.ts';

/** One key in an old spelling, and what it is now. Offsets are those of the text that was read. */
export interface OldKey {
  readonly start: number;
  readonly end: number;
  readonly from: string;
  readonly to: string;
}

/** Writes every key of a worker in its current spelling, within the dialect it is written in. Returns what was old. */
export function renewWorker(worker: YAMLMap): readonly OldKey[] {
  const renewal = new Renewal();
  renewal.move(worker, 'process_type', worker, 'type');
  if (renewal.move(worker, 'worker_type', worker, 'profile_type')) {
    renewValue(scalarAt(worker, 'profile_type'), profiles);
  }
  if (isScalar(pairOf(worker, 'restart_policy')?.value)) renewal.move(worker, 'restart_policy', worker, 'restart');
  const block = mapAt(worker, 'unit') ?? mapAt(worker, 'management');
  if (block) {
    intoUnit(worker, block, renewal);
    for (const { key, value } of block.items) {
      const name = isScalar(key) ? String(key.value) : '';
      if (unitNames[name] && isMap(value)) renewUnit(worker, value, renewal);
    }
  }
  for (const limits of [mapAt(worker, 'limits'), mapAt(worker, 'resources')]) renewLimits(limits, renewal);
  renewBudget(mapAt(worker, 'restart'), renewal);
  renewValue(scalarAt(worker, 'restart'), policies);
  renewValue(scalarAt(mapAt(worker, 'restart'), 'policy'), policies);
  return renewal.found.sort((a, b) => a.start - b.start);
}

/** Moves keys and keeps account of it. */
class Renewal {
  readonly found: OldKey[] = [];

  /** Whether there was such a key, and its new place was free. `path` names that place where it is not beside the old one. */
  move(from: YAMLMap | undefined, key: string, to: YAMLMap | undefined, name: string, path = name): boolean {
    const pair = pairOf(from, key);
    const at = pair && rangeOfKey(pair);
    if (!from || !pair || !movePair(from, pair, to, name)) return false;
    if (at) this.found.push({ ...at, from: key, to: path });
    return true;
  }

  /** As `move`, into a mapping that is made only where there is something to move. */
  moveInto(from: YAMLMap, key: string, into: YAMLMap, blocks: readonly string[], name: string): boolean {
    if (!pairOf(from, key)) return false;
    return this.move(from, key, makeMap(into, ...blocks), name, [...blocks, name].join('.'));
  }

  /** `memory: 1024` is `memory: {max_rss: 1024}` now. */
  wrap(map: YAMLMap, key: string, name: string): void {
    const pair = pairOf(map, key);
    const at = pair && rangeOfKey(pair);
    const value = pair?.value;
    if (!pair || !at || !isScalar(value) || value.value === null) return;
    const made = new YAMLMap();
    made.add(new Pair(new Scalar(name), value));
    pair.value = made;
    const end = value.range?.[1] ?? at.end;
    this.found.push({ start: at.start, end, from: key, to: `${key}.${name}` });
  }
}

const ofUnits = [
  'metadata',
  'control',
  'execution',
  'resource_limits',
  'limits',
  'restart_policy',
  'health_check',
  'logging',
];

/** The documents of the later masters write the keys of the unit without the unit's name. */
function intoUnit(worker: YAMLMap, block: YAMLMap, renewal: Renewal): void {
  const type = scalarAt(worker, 'type')?.value;
  const unit = typeof type === 'string' && unitNames[type] ? type : 'managed';
  for (const key of ofUnits) renewal.moveInto(block, key, block, [unit], key);
}

function renewUnit(worker: YAMLMap, unit: YAMLMap, renewal: Renewal): void {
  renewal.moveInto(unit, 'execution', unit, ['control'], 'execution');
  renewal.moveInto(unit, 'resource_limits', unit, ['control'], 'limits');
  renewal.moveInto(unit, 'limits', unit, ['control'], 'limits');
  renewal.moveInto(unit, 'restart_policy', unit, ['control'], 'restart_policy');
  renewal.moveInto(unit, 'logging', unit, ['control'], 'log_collection');
  const control = mapAt(unit, 'control');
  if (!control) return;
  const moved = executed.filter(([key, name]) => renewal.moveInto(control, key, control, ['execution'], name));
  const execution = mapAt(control, 'execution');
  const isCommand = renewal.move(execution, 'command', execution, 'executable_path');
  renewal.move(execution, 'arguments', execution, 'args');
  if (execution && (isCommand || moved.some(([key]) => key === 'command'))) splitCommand(execution);
  renewal.move(control, 'startup_timeout', worker, 'start_timeout', "the worker's start_timeout");
  renewal.move(control, 'shutdown_timeout', control, 'graceful_timeout');
  renewal.move(control, 'resource_limits', control, 'limits');
  renewal.move(control, 'logging', control, 'log_collection');
  renewLimits(mapAt(control, 'limits'), renewal);
  for (const key of ['restart', 'restart_policy']) renewRestart(control, key, renewal);
  renewValue(scalarAt(control, 'restart_policy'), policies);
  const context = mapAt(control, 'context_aware_restart');
  if (!context) return;
  for (const key of budgetKeys) renewal.moveInto(context, key, context, ['default'], newBudgetKeys[key] ?? key);
  renewal.move(context, 'worker_type_multipliers', context, 'worker_profile_multipliers');
  for (const key of ['default', 'health_failures', 'resource_violations']) renewBudget(mapAt(context, key), renewal);
}

const executed: readonly (readonly [string, string])[] = [
  ['executable', 'executable_path'],
  ['command', 'executable_path'],
  ['executable_path', 'executable_path'],
  ['arguments', 'args'],
  ['args', 'args'],
  ['environment', 'environment'],
  ['working_directory', 'working_directory'],
];

/** A command of several words is a program and its arguments. */
function splitCommand(execution: YAMLMap): void {
  const program = scalarAt(execution, 'executable_path');
  const words = commandWords(program?.value);
  if (!program || !words || pairOf(execution, 'args')) return;
  program.value = words.program;
  const args = new YAMLSeq();
  args.flow = true;
  for (const word of words.args) args.add(quotedScalar(word));
  execution.items.splice(
    execution.items.findIndex(({ value }) => value === program) + 1,
    0,
    new Pair(new Scalar('args'), args),
  );
}

function quotedScalar(word: string): Scalar {
  const scalar = new Scalar(word);
  scalar.type = Scalar.QUOTE_DOUBLE;
  return scalar;
}

const newBudgetKeys: Readonly<Record<string, string>> = {
  max_attempts: 'max_retries',
  cooldown_period: 'retry_delay',
  restart_delay: 'retry_delay',
  backoff_multiplier: 'backoff_rate',
};
const budgetKeys = ['max_retries', 'retry_delay', 'backoff_rate', ...Object.keys(newBudgetKeys)];

function renewBudget(map: YAMLMap | undefined, renewal: Renewal): void {
  for (const [key, name] of Object.entries(newBudgetKeys)) renewal.move(map, key, map, name);
  renewal.move(map, 'strategy', map, 'policy');
}

/** `restart` or `restart_policy` as a mapping: the policy becomes one word, the rest the default budget. */
function renewRestart(control: YAMLMap, key: string, renewal: Renewal): void {
  const block = pairOf(control, key);
  const map = block?.value;
  if (!block || !isMap(map)) return;
  for (const name of budgetKeys) {
    renewal.moveInto(map, name, control, ['context_aware_restart', 'default'], newBudgetKeys[name] ?? name);
  }
  // The word takes the mapping's name, so the mapping gives it up; what is left in it never had an effect.
  if (isScalar(block.key)) block.key.value = 'restart';
  for (const name of ['policy', 'strategy']) renewal.move(map, name, control, 'restart_policy');
  removeEmpty(control, 'restart');
}

function renewLimits(limits: YAMLMap | undefined, renewal: Renewal): void {
  if (!limits) return;
  for (const key of ['memory', 'cpu', 'process']) renewal.move(limits, `${key}_limits`, limits, key);
  renewal.wrap(limits, 'memory', 'max_rss');
  renewal.wrap(limits, 'cpu', 'max_cores');
  const memory = mapAt(limits, 'memory');
  renewal.move(memory, 'limit_bytes', memory, 'max_rss');
  const cpu = mapAt(limits, 'cpu');
  renewal.move(cpu, 'limit_percent', cpu, 'max_percent');
  renewal.moveInto(limits, 'max_memory_mb', limits, ['memory'], 'limit_mb');
  renewal.moveInto(limits, 'max_cpu_percent', limits, ['cpu'], 'max_percent');
  renewal.moveInto(limits, 'max_open_files', limits, ['process'], 'max_file_descriptors');
  renewal.moveInto(limits, 'max_file_descriptors', limits, ['process'], 'max_file_descriptors');
  const process = mapAt(limits, 'process');
  renewal.move(process, 'max_open_files', process, 'max_file_descriptors');
  for (const key of ['memory', 'cpu', 'process', 'io']) {
    const map = mapAt(limits, key);
    if (map) renewal.moveInto(map, 'check_interval', limits, ['monitoring'], 'interval');
  }
}

function renewValue(scalar: Scalar | undefined, values: Readonly<Record<string, string>>): void {
  const now = values[String(scalar?.value)];
  if (scalar && now !== undefined) scalar.value = now;
}

const policies = { on_failure: 'on-failure', unless_stopped: 'unless-stopped' };
const profiles = {
  batch_processor: 'batch',
  web_frontend: 'web',
  web_server: 'web',
  database_server: 'database',
  background_worker: 'worker',
  task_scheduler: 'scheduler',
};
