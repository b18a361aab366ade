import type { ResolvedWorker } from './deployment.ts';
import { formatDuration } from './duration.ts';
import { unitNames } from './item.ts';
import type { PackageManifest } from './package-manifest.ts';
import { readEnvironment } from './read-worker-config.ts';
import { field, mapping } from './values.ts';
import type { HealthCheckConfig, WorkerConfig } from './worker-config.ts';

/** Who said it: the workers file, the overlay laid over it, the package's manifest, or nobody. */
export type Origin = 'file' | 'overlay' | 'package' | 'default';

/** One thing that is in force for a worker. */
export interface EffectiveSetting {
  /** As the unified format spells it: `restart.policy`. */
  readonly key: string;
  /** Times as the format writes them ("30s"); everything else as a plain value. */
  readonly value: unknown;
  readonly origin: Origin;
  /** Said by the file through a merge key, where the sources tell that. */
  readonly merged?: boolean;
}

/** What a worker's configuration was read from: its item in the file and in the overlay, as plain values. */
export interface ConfigurationSources {
  readonly file: unknown;
  /** The item in the file without what merge keys bring into it. */
  readonly own?: unknown;
  readonly overlay?: unknown;
  readonly manifest?: PackageManifest | undefined;
}

type Path = readonly string[];

/** A setting before its origin is known: `spellings` are the places that may have written it. */
interface Candidate {
  readonly key: string;
  readonly value: unknown;
  readonly spellings: readonly Path[];
  readonly inManifest?: boolean | undefined;
  /** Where the block may be a list of "NAME=value". */
  readonly variable?: string;
  /** A mapping at one of the places is not this setting. */
  readonly isScalar?: boolean;
}

/** Everything in force for a worker and where each part of it comes from, in the order of the format. */
export function effectiveConfiguration(
  worker: ResolvedWorker,
  sources: ConfigurationSources,
): readonly EffectiveSetting[] {
  return [...general(worker), ...deployed(worker, sources.manifest), ...checked(worker), ...policies(worker.config)]
    .filter(({ value }) => value !== undefined && !isEmpty(value))
    .map((candidate) => ({ key: candidate.key, value: candidate.value, ...originOf(candidate, sources) }));
}

function originOf(
  candidate: Candidate,
  { file, own, overlay }: ConfigurationSources,
): Pick<EffectiveSetting, 'origin' | 'merged'> {
  if (isWritten(candidate, overlay)) return { origin: 'overlay' };
  if (isWritten(candidate, file)) {
    return own === undefined || isWritten(candidate, own) ? { origin: 'file' } : { origin: 'file', merged: true };
  }
  return { origin: candidate.inManifest ? 'package' : 'default' };
}

function isWritten({ spellings, variable, isScalar }: Candidate, item: unknown): boolean {
  return spellings.some((path) => {
    const value = path.reduce(field, item);
    if (variable !== undefined) return Object.hasOwn(readEnvironment(value), variable);
    return value !== undefined && value !== null && !(isScalar && mapping(value));
  });
}

function general({ config, packageName, packageVersion }: ResolvedWorker): Candidate[] {
  const named = [packageName ?? config.package?.name, packageVersion].filter((part) => part !== undefined);
  return [
    plain('type', config.type),
    plain('package', named.length === 0 ? undefined : named.join(':')),
    plain('enabled', config.enabled),
    plain('run', config.run),
    plain('cron', config.cron),
    plain('group', config.group),
    ...(['name', 'description', 'version', 'tags'] as const).map((key) => ({
      key: `metadata.${key}`,
      value: config.metadata?.[key],
      spellings: inUnit('metadata', key),
    })),
    plain('port', config.port),
    plain(
      'endpoints',
      config.endpoints.map(({ address }) => address),
    ),
    plain('depends_on', config.dependsOn),
  ];
}

function deployed({ config, deployment }: ResolvedWorker, manifest: PackageManifest | undefined): Candidate[] {
  if (deployment.kind === 'unmanaged') {
    const { discovery } = config;
    return [
      { key: 'discovery.method', value: discovery?.method, spellings: inUnit('discovery', 'method') },
      allowed('can_terminate', discovery?.canTerminate),
      allowed('can_restart', discovery?.canRestart),
      allowed('allowed_signals', discovery?.allowedSignals),
    ];
  }
  const module = deployment.kind === 'module' ? deployment : deployment.hosted;
  const program = deployment.kind === 'process' && !module ? deployment : undefined;
  const fromModule = config.module?.modulePath === undefined && manifest?.module !== undefined;
  return [
    {
      ...execution('executable_path', program?.executable),
      inManifest: config.execution?.executablePath === undefined && manifest?.process !== undefined,
    },
    {
      ...execution('args', program?.args),
      inManifest: config.execution?.args === undefined && (manifest?.process?.args.length ?? 0) > 0,
    },
    execution('working_directory', deployment.kind === 'process' ? deployment.workingDirectory : undefined),
    { ...plain('module.module_path', module?.path), inManifest: fromModule },
    {
      ...plain('module.entry_point', module?.entryPoint),
      inManifest: config.module?.entryPoint === undefined && manifest?.module?.entryPoint !== undefined,
    },
    plain('module.module_name', module?.registeredName),
    plain('module.isolation', module?.isolation),
    { ...plain('module.args', module?.args), spellings: [['module', 'args'], ['execution', 'args'], ['args']] },
    ...Object.entries(module?.config ?? {}).map(([name, value]) => ({
      key: `module.config.${name}`,
      value,
      spellings: [
        ['module', 'config', name],
        ['config', name],
      ],
    })),
    ...Object.entries(deployment.environment).map(([variable, value]) => ({
      key: `environment.${variable}`,
      value,
      variable,
      spellings: [
        ['environment'],
        ['module', 'environment'],
        ['execution', 'environment'],
        ...inUnit('control', 'execution', 'environment'),
      ],
    })),
    {
      key: 'env_file',
      value: deployment.envFile,
      spellings: [
        ['env_file'],
        ['module', 'env_file'],
        ['execution', 'env_file'],
        ...inUnit('control', 'execution', 'env_file'),
      ],
    },
  ];
}

/** How often, how patiently: what a manifest leaves out is the same default as in the file. */
const usual: Partial<HealthCheckConfig> = {
  intervalMs: 30_000,
  timeoutMs: 5_000,
  initialDelayMs: 0,
  failureThreshold: 2,
  successThreshold: 1,
};

function checked({ config, healthCheck }: ResolvedWorker): Candidate[] {
  if (!healthCheck) return [];
  const inManifest = config.healthCheck === undefined;
  const one = (key: string, name: keyof HealthCheckConfig, spelled: readonly Path[]): Candidate => {
    const value = healthCheck[name];
    return {
      key: `health_check.${key}`,
      value: name.endsWith('Ms') && typeof value === 'number' ? formatDuration(value) : value,
      spellings: spelled.flatMap((path) => [['health_check', ...path], ...inUnit('health_check', ...path)]),
      inManifest: inManifest && value !== usual[name],
    };
  };
  const timed = (key: string, name: keyof HealthCheckConfig): Candidate => {
    const candidate = one(key, name, [[key], ['run_options', key]]);
    return { ...candidate, spellings: [...candidate.spellings, ...inUnit('health_check_run_options', key)] };
  };
  return [
    one('type', 'type', [['type']]),
    one('endpoint', 'endpoint', [['endpoint'], ['http_endpoint'], ['http', 'url']]),
    one('service', 'service', [['grpc', 'service']]),
    one('address', 'address', [
      ['grpc', 'address'],
      ['tcp', 'port'],
    ]),
    one('command', 'command', [['exec', 'command']]),
    timed('interval', 'intervalMs'),
    timed('timeout', 'timeoutMs'),
    timed('initial_delay', 'initialDelayMs'),
    one('failure_threshold', 'failureThreshold', [['failure_threshold'], ['retries'], ['run_options', 'retries']]),
    one('success_threshold', 'successThreshold', [['success_threshold']]),
  ];
}

function policies(config: WorkerConfig): Candidate[] {
  const { restart, limits } = config;
  const budget = (key: string, value: unknown): Candidate => ({
    key: `restart.${key}`,
    value,
    spellings: [['restart', key], ...inUnit('control', 'context_aware_restart', 'default', key)],
  });
  const limit = (key: string, value: unknown, ...paths: readonly Path[]): Candidate => ({
    key: `limits.${key}`,
    value,
    spellings: paths.flatMap((path) => [
      ['limits', ...path],
      ['resources', ...path],
      ...inUnit('control', 'limits', ...path),
    ]),
  });
  const bytes = limits?.maxRssBytes;
  return [
    {
      key: 'restart.policy',
      value: restart.policy,
      // The short form is the policy itself.
      spellings: [['restart', 'policy'], ['restart'], ...inUnit('control', 'restart_policy')],
      isScalar: true,
    },
    budget('max_retries', restart.maxRetries),
    budget('retry_delay', formatDuration(restart.retryDelayMs)),
    budget('backoff_rate', restart.backoffRate),
    budget('max_delay', restart.maxDelayMs === undefined ? undefined : formatDuration(restart.maxDelayMs)),
    budget('jitter', restart.jitter),
    budget('window', restart.windowMs === undefined ? undefined : formatDuration(restart.windowMs)),
    budget('cool_down', restart.coolDownMs === undefined ? undefined : formatDuration(restart.coolDownMs)),
    limit(
      'memory.limit_mb',
      bytes === undefined ? undefined : bytes / 1024 ** 2,
      ['memory', 'limit_mb'],
      ['memory', 'max_rss'],
      ['memory_limit'],
      ['max_memory'],
    ),
    limit('memory.policy', limits?.memoryPolicy, ['memory', 'policy']),
    limit('cpu.max_percent', limits?.maxCpuPercent, ['cpu', 'max_percent']),
    limit('cpu.policy', limits?.cpuPolicy, ['cpu', 'policy']),
    plain('start_timeout', formatDuration(config.startTimeoutMs)),
    {
      key: 'graceful_timeout',
      value: formatDuration(config.gracefulTimeoutMs),
      spellings: [['graceful_timeout'], ...inUnit('control', 'graceful_timeout')],
    },
    plain('profile_type', config.profile),
  ];
}

/** What may be done to a worker that is only watched. */
function allowed(key: string, value: unknown): Candidate {
  return {
    key: `discovery.${key}`,
    value,
    spellings: [...inUnit('discovery', key), ...inUnit('control', key)],
  };
}

/** Spelled the same in the file. */
function plain(key: string, value: unknown): Candidate {
  return { key, value, spellings: [key.split('.')] };
}

function execution(key: string, value: unknown): Candidate {
  return {
    key: `execution.${key}`,
    value,
    spellings: [['execution', key], [key], ...inUnit('control', 'execution', key)],
  };
}

/** A place of the older form, below whichever kind of unit is written. */
function inUnit(...path: Path): readonly Path[] {
  return [
    path,
    ...['unit', 'management'].flatMap((block) => Object.keys(unitNames).map((unit) => [block, unit, ...path])),
  ];
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : Object.keys(mapping(value) ?? { one: 1 }).length === 0;
}
