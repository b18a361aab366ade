import { parseDuration } from './duration.ts';
import { parsePackageReference } from './package-reference.ts';
import { readHealthCheck } from './read-health-check.ts';
import { readLimits } from './read-limits.ts';
import { readMetadata } from './read-metadata.ts';
import { readReady } from './read-ready.ts';
import { readAllowedSignals, readStop } from './read-stop.ts';
import { readRestart } from './read-restart.ts';
import type {
  DiscoveryConfig,
  EndpointConfig,
  ExecutionConfig,
  ModuleConfig,
  ModulePermissions,
  PlacementConfig,
  WorkerConfig,
} from './worker-config.ts';
import { field, flag, list, mapping, number, oneOf, present, text, texts } from './values.ts';

const second = 1000;
const legacyTypes: Readonly<Record<string, WorkerConfig['management']>> = {
  managed: 'managed',
  standard_managed: 'managed',
  unmanaged: 'unmanaged',
  integrated: 'integrated',
  integrated_managed: 'integrated',
};

/**
 * What an item of `workers:` means. Whatever is wrong in it has its finding elsewhere and counts as not written here;
 * only an item without a readable type has no meaning.
 */
export function readWorkerConfig(id: string, worker: unknown): WorkerConfig | undefined {
  const placement = readPlacement(id, worker);
  return placement && withPolicies(placement, worker);
}

/** The part of it that decides where the worker runs. */
export function readPlacement(id: string, worker: unknown): PlacementConfig | undefined {
  const type = text(field(worker, 'type'));
  const legacy = type === undefined ? undefined : legacyTypes[type];
  if (type !== 'process' && type !== 'module' && legacy === undefined) return undefined;
  const { management, unit } = managementOf(worker, legacy);
  const packageText = text(field(worker, 'package'));
  return present({
    id,
    type: type === 'module' ? 'module' : 'process',
    management: type === 'module' ? 'managed' : management,
    olderForm: legacy !== undefined,
    enabled: flag(field(worker, 'enabled')) ?? true,
    package: packageText === undefined ? undefined : parsePackageReference(packageText),
    execution: readExecution(worker, field(unit, 'control')),
    module: readModule(worker, type === 'module'),
    replicas: management === 'unmanaged' ? undefined : count(field(worker, 'replicas')),
  });
}

/** All of it, of a worker whose placement was read. */
export function withPolicies(placement: PlacementConfig, worker: unknown): WorkerConfig {
  const { management, unit } = managementOf(worker, legacyTypes[text(field(worker, 'type')) ?? '']);
  const control = field(unit, 'control');
  const discovery = readDiscovery(field(unit, 'discovery') ?? field(worker, 'discovery'), control);
  const cron = text(field(worker, 'cron'));
  return present({
    ...placement,
    run: cron === undefined ? (oneOf(field(worker, 'run'), ['service', 'once'] as const) ?? 'service') : 'once',
    cron,
    discovery: placement.type === 'module' ? undefined : discovery,
    healthCheck:
      readHealthCheck(field(worker, 'health_check')) ??
      readHealthCheck(field(unit, 'health_check'), field(unit, 'health_check_run_options')),
    ready: readReady(field(worker, 'ready')),
    stop: readStop(field(worker, 'stop')),
    endpoints: list(field(worker, 'endpoints')).flatMap(readEndpoint),
    port: number(field(worker, 'port')),
    dependsOn: texts(field(worker, 'depends_on')) ?? [],
    restart: readRestart(field(worker, 'restart'), control, management),
    limits: readLimits(
      field(worker, 'limits') ?? field(worker, 'resources') ?? field(control, 'limits'),
      field(control, 'limits') === undefined ? undefined : 'log',
      field(control, 'context_aware_restart'),
    ),
    startTimeoutMs:
      duration(field(field(worker, 'ready'), 'timeout')) ?? duration(field(worker, 'start_timeout')) ?? 30 * second,
    gracefulTimeoutMs:
      duration(field(worker, 'graceful_timeout')) ??
      duration(field(control, 'graceful_timeout')) ??
      (management === 'unmanaged' ? 30 : 20) * second,
    profile: text(field(worker, 'profile_type')) ?? 'default',
    group: text(field(worker, 'group')),
    metadata: readMetadata(field(worker, 'metadata') ?? field(unit, 'metadata'), placement.id),
  });
}

/** How the worker comes to be, and the older form's block that says more of it. `legacy` is what `type` says. */
function managementOf(worker: unknown, legacy: WorkerConfig['management'] | undefined) {
  const units = mapping(field(worker, 'unit')) ?? mapping(field(worker, 'management'));
  const written = legacy ?? (units && Object.keys(units).map((key) => legacyTypes[key])[0]);
  const management = written ?? (field(worker, 'discovery') === undefined ? 'managed' : 'unmanaged');
  const unit = units && Object.entries(units).find(([key]) => legacyTypes[key] === management)?.[1];
  return { management, unit };
}

/** More than the schema allows is not made, whatever is written. */
function count(value: unknown): number | undefined {
  const written = number(value);
  return written !== undefined && written >= 1 ? Math.min(100, Math.trunc(written)) : undefined;
}

/** Zero means "the default" in the older form, and makes no sense as a time-out. */
function duration(value: unknown): number | undefined {
  const milliseconds = parseDuration(text(value) ?? '');
  return milliseconds !== undefined && milliseconds > 0 ? milliseconds : undefined;
}

function readExecution(worker: unknown, control: unknown): ExecutionConfig | undefined {
  const block = field(worker, 'execution') ?? field(control, 'execution');
  if (!mapping(block) && !shorthand.some((key) => field(worker, key) !== undefined)) return undefined;
  return present({
    executablePath: text(field(block, 'executable_path')) ?? text(field(worker, 'executable_path')),
    args: texts(field(block, 'args')) ?? texts(field(worker, 'args')),
    workingDirectory: text(field(block, 'working_directory')),
    environment: { ...readEnvironment(field(worker, 'environment')), ...readEnvironment(field(block, 'environment')) },
    envFile: text(field(block, 'env_file')) ?? text(field(worker, 'env_file')),
  });
}

/** Keys of an execution that a worker may write itself. */
const shorthand = ['executable_path', 'args', 'environment', 'env_file'];

function readModule(worker: unknown, isModule: boolean): ModuleConfig | undefined {
  const block = field(worker, 'module');
  const config = mapping(field(block, 'config')) ?? mapping(field(worker, 'config'));
  const flatName = text(field(worker, 'module_name'));
  const plugin = text(field(worker, 'module_type')) === 'plugin';
  if (!mapping(block) && config === undefined && flatName === undefined && !isModule) return undefined;
  return present({
    modulePath: text(field(block, 'module_path')) ?? (plugin ? flatName : undefined),
    entryPoint: text(field(block, 'entry_point')),
    moduleName: text(field(block, 'module_name')) ?? (plugin ? undefined : flatName),
    isolation: oneOf(field(block, 'isolation'), ['shared', 'thread'] as const),
    config: config ?? {},
    args: texts(field(block, 'args')),
    environment: { ...readEnvironment(field(worker, 'environment')), ...readEnvironment(field(block, 'environment')) },
    envFile: text(field(block, 'env_file')) ?? text(field(worker, 'env_file')),
    permissions: readPermissions(field(block, 'permissions')),
  });
}

function readPermissions(written: unknown): ModulePermissions | undefined {
  if (!mapping(written)) return undefined;
  return {
    fsRead: texts(field(written, 'fs_read')) ?? [],
    fsWrite: texts(field(written, 'fs_write')) ?? [],
    childProcess: flag(field(written, 'child_process')) ?? false,
    addons: flag(field(written, 'addons')) ?? false,
  };
}

/** A mapping, or a list of "NAME=value". */
export function readEnvironment(value: unknown): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const item of list(value)) {
    const written = text(item) ?? '';
    const equals = written.indexOf('=');
    if (equals > 0) environment[written.slice(0, equals)] = written.slice(equals + 1);
  }
  for (const [name, item] of Object.entries(mapping(value) ?? {})) environment[name] = text(item) ?? '';
  return environment;
}

function readDiscovery(discovery: unknown, control: unknown): DiscoveryConfig | undefined {
  const method = oneOf(text(field(discovery, 'method'))?.replaceAll('_', '-'), [
    'pid-file',
    'process-name',
    'port',
    'service-name',
  ] as const);
  if (!method) return undefined;
  return present({
    method,
    pidFile: text(field(discovery, 'pid_file')),
    processName: text(field(discovery, 'process_name')),
    processArgs: texts(field(discovery, 'process_args')),
    port: number(field(discovery, 'port')),
    protocol: oneOf(field(discovery, 'protocol'), ['tcp', 'udp'] as const),
    serviceName: text(field(discovery, 'service_name')),
    canTerminate: flag(field(control, 'can_terminate') ?? field(discovery, 'can_terminate')) ?? false,
    canRestart: flag(field(control, 'can_restart') ?? field(discovery, 'can_restart')) ?? false,
    allowedSignals: readAllowedSignals(field(control, 'allowed_signals') ?? field(discovery, 'allowed_signals')),
  });
}

function readEndpoint(endpoint: unknown): EndpointConfig[] {
  const address = text(field(endpoint, 'address'));
  if (address === undefined) return [];
  const type = oneOf(field(endpoint, 'type'), ['url', 'function', 'ipc'] as const) ?? 'url';
  return [{ name: text(field(endpoint, 'name')) ?? 'default', type, address }];
}
