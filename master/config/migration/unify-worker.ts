import { type Document, isMap, isScalar, isSeq, Pair, Scalar, visit, YAMLMap, YAMLSeq } from 'yaml';
import { unitNames } from '../item.ts';
import { limitPolicies } from '../read-limits.ts';
import { readWorkerConfig } from '../read-worker-config.ts';
import { text } from '../values.ts';
import type { WorkerConfig } from '../worker-config.ts';
import { mapAt, movePair, pairOf, scalarAt } from './yaml-map.ts';

/**
 * A worker of the older form (`type: managed` with `unit.managed`) in the unified one: the same keys without the unit
 * around them, and what the older form took for granted written out. Undefined where it is not of the older form, or
 * where anything in it has no place in the unified one: what nobody knows must not be lost.
 */
export function unifiedWorker(worker: YAMLMap, document: Document): YAMLMap | undefined {
  const before = configOf(worker, document);
  if (!before?.olderForm) return undefined;
  const copy = worker.clone();
  if (!isMap(copy) || !unwrap(copy, before)) return undefined;
  const after = configOf(copy, document);
  return JSON.stringify(after) === JSON.stringify(withoutUnit(before)) ? copy : undefined;
}

function configOf(worker: YAMLMap, document: Document): WorkerConfig | undefined {
  const id = text(scalarAt(worker, 'id')?.value);
  return id === undefined ? undefined : readWorkerConfig(id, worker.toJS(document));
}

/** What the unified form must say: the older one ran a program in its own folder, and handed an integrated one a port. */
function withoutUnit(written: WorkerConfig): WorkerConfig {
  const management = written.management === 'integrated' ? 'managed' : written.management;
  const config = { ...written, management, olderForm: false };
  const { execution } = config;
  if (execution?.executablePath === undefined) return config;
  const executablePath = asPath(execution.executablePath);
  const folder = execution.workingDirectory ?? folderOf(executablePath);
  const args = written.management === 'integrated' ? withPort(execution.args ?? []) : execution.args;
  const { environment, envFile } = execution;
  return {
    ...config,
    execution: {
      executablePath,
      ...(args === undefined ? {} : { args }),
      ...(folder === undefined ? {} : { workingDirectory: folder }),
      environment,
      ...(envFile === undefined ? {} : { envFile }),
    },
  };
}

/** The older masters looked for no program on the PATH. */
function asPath(written: string): string {
  return /[/\\]/.test(written) ? written : `./${written}`;
}

/** Of a program; undefined for the folder of the workers file, which is meant without a word. */
function folderOf(executablePath: string): string | undefined {
  const folder = /^(.*)[/\\]/.exec(executablePath)?.[1] ?? '.';
  return folder === '.' ? undefined : folder === '' ? '/' : folder;
}

function withPort(args: readonly string[]): readonly string[] {
  return args.some((one) => one.includes('{port}')) ? args : [...args, '--port', '{port}'];
}

/** False where something is left that has no place in the unified form. */
function unwrap(worker: YAMLMap, config: WorkerConfig): boolean {
  const block = pairOf(worker, 'unit') ?? pairOf(worker, 'management');
  const type = scalarAt(worker, 'type');
  const units = block?.value;
  if (!block || !type || !isMap(units) || units.items.length !== 1) return false;
  const [only] = units.items;
  const unit = only?.value;
  const name = isScalar(only?.key) ? String(only.key.value) : '';
  if (!isMap(unit) || unitNames[name] !== config.management || isShared(unit)) return false;
  type.value = 'process';
  const at = worker.items.indexOf(block);
  worker.items.splice(at, 1);
  const behind = worker.items.splice(at);
  const control = mapAt(unit, 'control') ?? new YAMLMap();
  move(unit, 'metadata', worker);
  dropName(worker, config.id);
  if (config.management === 'unmanaged') {
    move(unit, 'discovery', worker);
    for (const key of ['can_terminate', 'can_restart', 'allowed_signals'])
      move(control, key, mapAt(worker, 'discovery'));
  } else {
    move(control, 'execution', worker);
    completeExecution(mapAt(worker, 'execution'), config);
  }
  move(unit, 'health_check', worker);
  moveRunOptions(unit, worker);
  const limits = mapAt(control, 'limits');
  if (limits) tellPolicies(limits);
  move(control, 'limits', worker);
  moveRestart(control, worker, config);
  move(control, 'graceful_timeout', worker);
  for (const pair of behind) {
    if (isScalar(pair.key) && pairOf(worker, String(pair.key.value))) return false;
    worker.items.push(pair);
  }
  return isSpent(control, ofControl) && isSpent(unit, ['control']);
}

/** Known to have no effect anywhere. */
const ofControl = ['process_file', 'log_collection', 'service_manager', 'service_name'];

function isSpent(map: YAMLMap, spent: readonly string[]): boolean {
  return map.items.every(({ key }) => isScalar(key) && spent.includes(String(key.value)));
}

/** What it says is said to others too, or by others: taken apart it would mean something else there. */
function isShared(unit: YAMLMap): boolean {
  let shared = false;
  visit(unit, {
    Collection: (_, { anchor }) => void (shared ||= anchor !== undefined),
    Pair: (_, { key }) => void (shared ||= isScalar(key) && key.value === '<<'),
  });
  return shared;
}

function move(from: YAMLMap, key: string, to: YAMLMap | undefined, name = key): void {
  const pair = pairOf(from, key);
  // What is empty means nothing, in either form.
  if (pair && !(isScalar(pair.value) && pair.value.value === null)) movePair(from, pair, to, name);
  else if (pair) from.items.splice(from.items.indexOf(pair), 1);
}

/** The name is the id where nothing else is said. */
function dropName(worker: YAMLMap, id: string): void {
  const pair = pairOf(worker, 'metadata');
  const metadata = mapAt(worker, 'metadata');
  if (pair && metadata?.items.length === 1 && scalarAt(metadata, 'name')?.value === id) {
    worker.items.splice(worker.items.indexOf(pair), 1);
  }
}

function completeExecution(execution: YAMLMap | undefined, { management }: WorkerConfig): void {
  const program = scalarAt(execution, 'executable_path');
  const written = program?.value;
  if (!execution || !program || typeof written !== 'string') return;
  program.value = asPath(written);
  if (management === 'integrated') addPort(execution);
  const folder = folderOf(asPath(written));
  if (folder !== undefined && !pairOf(execution, 'working_directory')) set(execution, 'working_directory', folder);
}

function addPort(execution: YAMLMap): void {
  if (!pairOf(execution, 'args')) execution.add(new Pair(new Scalar('args'), new YAMLSeq()));
  const args = pairOf(execution, 'args')?.value;
  if (!isSeq(args)) return;
  const written = args.items.map((one) => (isScalar(one) ? String(one.value) : ''));
  if (written.length === 0) args.flow = true;
  for (const one of withPort(written).slice(written.length)) args.add(new Scalar(one));
}

/** Of an integrated unit, whose check is a gRPC call where it writes none. */
function moveRunOptions(unit: YAMLMap, worker: YAMLMap): void {
  const pair = pairOf(unit, 'health_check_run_options');
  if (!pair) return;
  if (!pairOf(worker, 'health_check')) {
    const check = new YAMLMap();
    set(check, 'type', 'grpc');
    worker.add(new Pair(new Scalar('health_check'), check));
  }
  move(unit, 'health_check_run_options', mapAt(worker, 'health_check'), 'run_options');
}

/** Limits of the older form only spoke of it where no policy was written. */
function tellPolicies(limits: YAMLMap): void {
  for (const key of ['memory', 'cpu', 'process', 'io']) {
    const block = mapAt(limits, key);
    if (!block) continue;
    const policy = scalarAt(block, 'policy');
    if (!policy) set(block, 'policy', 'log');
    else if (!limitPolicies.some((one) => one === policy.value)) policy.value = 'log';
  }
}

function moveRestart(control: YAMLMap, worker: YAMLMap, { restart }: WorkerConfig): void {
  const context = mapAt(control, 'context_aware_restart');
  const policy = scalarAt(control, 'restart_policy');
  // An unknown word meant never, an empty one nothing.
  if (policy) policy.value = policy.value === '' ? null : restart.policy;
  if (!context) {
    move(control, 'restart_policy', worker, 'restart');
    return;
  }
  const made = new YAMLMap();
  const causes = new YAMLMap();
  move(control, 'restart_policy', made, 'policy');
  const budget = mapAt(context, 'default');
  for (const key of ['max_retries', 'retry_delay', 'backoff_rate']) {
    if (budget && !isZero(budget, key)) move(budget, key, made);
  }
  for (const key of ['health_failures', 'resource_violations']) move(context, key, causes);
  move(context, 'severity_multipliers', causes);
  for (const key of ['worker_profile_multipliers', 'process_profile_multipliers']) {
    move(context, key, causes, 'profile_multipliers');
  }
  move(context, 'startup_grace_period', causes);
  const limits = mapAt(worker, 'limits');
  for (const key of ['sustained_violation_time', 'spike_tolerance_time']) {
    if (!limits || !pairOf(context, key)) continue;
    if (!pairOf(limits, 'monitoring')) limits.add(new Pair(new Scalar('monitoring'), new YAMLMap()));
    move(context, key, mapAt(limits, 'monitoring'));
  }
  if (causes.items.length === 0) causes.flow = true;
  made.add(new Pair(new Scalar('by_cause'), causes));
  worker.add(new Pair(new Scalar('restart'), made));
  const left = isSpent(context, ['default', ...(limits ? [] : ['sustained_violation_time', 'spike_tolerance_time'])]);
  const zeros = budget?.items.every(({ key }) => isScalar(key) && isZero(budget, String(key.value))) ?? true;
  const pair = pairOf(control, 'context_aware_restart');
  if (left && zeros && pair) control.items.splice(control.items.indexOf(pair), 1);
}

/** Zero counted as not written. */
function isZero(map: YAMLMap, key: string): boolean {
  return /^0+(?:\.0*)?[a-z\u00b5\u03bc]*$/.test(String(scalarAt(map, key)?.value));
}

function set(map: YAMLMap, key: string, value: string): void {
  map.add(new Pair(new Scalar(key), new Scalar(value)));
}
