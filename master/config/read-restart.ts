import { parseDuration } from './duration.ts';
import { field, number, oneOf, text } from './values.ts';
import type { RestartConfig, WorkerConfig } from './worker-config.ts';

const policies = ['never', 'on-failure', 'always', 'unless-stopped'] as const;

/** Reads the worker's `restart` (a policy, or a mapping), else the older form's `restart_policy` with its budget. */
export function readRestart(restart: unknown, control: unknown, management: WorkerConfig['management']): RestartConfig {
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
  return {
    policy,
    maxRetries: setting(number(field(budget, 'max_retries')), 3),
    retryDelayMs: setting(parseDuration(text(field(budget, 'retry_delay')) ?? ''), 5000),
    backoffRate: setting(number(field(budget, 'backoff_rate')), 1.5),
  };
}
