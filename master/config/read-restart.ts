import { parseDuration } from './duration.ts';
import { field, mapping, number, oneOf, present, text } from './values.ts';
import type { RestartBudget, RestartConfig, WorkerConfig } from './worker-config.ts';

const policies = ['never', 'on-failure', 'always', 'unless-stopped'] as const;

/** Reads the worker's `restart` (a policy, or a mapping), else the older form's `restart_policy` with its budget. */
export function readRestart(restart: unknown, control: unknown, management: WorkerConfig['management']): RestartConfig {
  if (restart === undefined && control === undefined) return management === 'unmanaged' ? unmanaged : standard;
  return readWritten(restart, control, management);
}

function readWritten(restart: unknown, control: unknown, management: WorkerConfig['management']): RestartConfig {
  const older = field(field(control, 'context_aware_restart'), 'default');
  const budget = older ?? restart;
  // Zero counted as "not written" in the older form.
  const least = older === undefined ? 0 : Number.MIN_VALUE;
  const setting = (value: number | undefined, fallback: number) =>
    value !== undefined && value >= least ? value : fallback;
  const unwritten = management === 'unmanaged' ? 'never' : 'on-failure';
  const oldPolicy = text(field(control, 'restart_policy'));
  const policy =
    oneOf(restart, policies) ??
    oneOf(field(restart, 'policy'), policies) ??
    // An unknown policy of the older form behaved like `never`.
    (oldPolicy === undefined || oldPolicy === '' ? unwritten : (oneOf(oldPolicy, policies) ?? 'never'));
  return present({
    policy,
    ...readBudget(budget, { maxRetries: 3, retryDelayMs: 5000, backoffRate: 1.5 }, setting),
    maxDelayMs: duration(field(restart, 'max_delay')),
    jitter: number(field(restart, 'jitter')) ?? 0.1,
    windowMs: duration(field(restart, 'window')),
    coolDownMs: duration(field(restart, 'cool_down')) ?? 5 * 60_000,
    ...readCauses(restart, control, setting),
  });
}

/** What holds where nothing is written, which is nearly everywhere. */
const standard = readWritten(undefined, undefined, 'managed');
const unmanaged = readWritten(undefined, undefined, 'unmanaged');

type Setting = (value: number | undefined, fallback: number) => number;

function readBudget(budget: unknown, fallback: RestartBudget, setting: Setting): RestartBudget {
  return {
    maxRetries: setting(number(field(budget, 'max_retries')), fallback.maxRetries),
    retryDelayMs: setting(duration(field(budget, 'retry_delay')), fallback.retryDelayMs),
    backoffRate: setting(number(field(budget, 'backoff_rate')), fallback.backoffRate),
  };
}

/** `restart.by_cause` or the older form's `context_aware_restart`, with the defaults of what it leaves out; nothing without either. */
function readCauses(restart: unknown, control: unknown, setting: Setting): Partial<RestartConfig> {
  const older = field(control, 'context_aware_restart');
  const causes = mapping(older) ?? mapping(field(restart, 'by_cause'));
  if (!causes) return {};
  const standard = readBudget(
    older === undefined ? restart : field(older, 'default'),
    { maxRetries: 3, retryDelayMs: 5000, backoffRate: 1.5 },
    setting,
  );
  const violations = {
    maxRetries: standard.maxRetries + 2,
    retryDelayMs: standard.retryDelayMs * 2,
    backoffRate: 1.5,
  };
  return {
    healthFailures: readBudget(field(causes, 'health_failures'), standard, setting),
    resourceViolations: readBudget(field(causes, 'resource_violations'), violations, setting),
    severityMultipliers: factors(field(causes, 'severity_multipliers')) ?? {
      warning: 0.5,
      critical: 1,
      emergency: 2,
    },
    profileMultipliers: factors(
      field(causes, 'profile_multipliers') ??
        field(causes, 'worker_profile_multipliers') ??
        field(causes, 'process_profile_multipliers'),
    ) ?? { batch: 3, web: 1, database: 5, worker: 2, scheduler: 2.5, default: 1 },
    startupGraceMs: duration(field(causes, 'startup_grace_period')) ?? 2 * 60_000,
  };
}

/** Written multipliers replace all the usual ones. */
function factors(value: unknown): Record<string, number> | undefined {
  const written = mapping(value);
  if (!written) return undefined;
  return Object.fromEntries(
    Object.entries(written).flatMap(([name, factor]) => {
      const known = number(factor);
      return known !== undefined && known > 0 ? [[name, known]] : [];
    }),
  );
}

function duration(value: unknown): number | undefined {
  return parseDuration(text(value) ?? '');
}
