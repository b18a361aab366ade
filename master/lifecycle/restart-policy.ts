import type { RestartBudget, RestartConfig } from '../config/worker-config.ts';
import type { FailureCode } from './worker-snapshot.ts';

/** What came to an end, as far as a restart depends on it. */
export type Ending =
  | { readonly kind: 'clean' }
  /** `by`: the worker that did it, where that is another and is known. */
  | { readonly kind: 'failure'; readonly code: FailureCode; readonly by?: string };

export interface RestartHistory {
  /** Automatic starts since the worker last ran for a while, or was started by a person. */
  readonly attempts: number;
  /** Milliseconds the run that just ended was running; 0 when it never was. */
  readonly ranForMs: number;
  /** When the automatic starts were, in milliseconds of a clock that nobody sets; for a budget over a window. */
  readonly restartTimes?: readonly number[];
  /** By the same clock. */
  readonly now?: number;
  readonly profile?: string;
  /** At random from 0 to 1, for the jitter; the middle where it is absent. */
  readonly random?: number;
}

export type RestartDecision =
  /** The ending is what the policy wants. */
  | { readonly action: 'rest' }
  /** `why` says so where the budget is spent and this is one trial after the cool-down. */
  | { readonly action: 'retry'; readonly delayMs: number; readonly attempts: number; readonly why?: string }
  /** At once, and at no expense of the budget. */
  | { readonly action: 'bring-back' }
  /** Stays failed; `why` tells more than the policy's word does, empty when there is nothing to tell. */
  | { readonly action: 'give-up'; readonly why: string };

/** A run this long shows that the worker can run: earlier attempts no longer count. Milliseconds. */
const provenAfterMs = 60_000;

/** The longest pause between two attempts where the configuration says none. Milliseconds. */
const longestDelayMs = 5 * 60_000;

/** Failures that another attempt cannot mend: somebody has to change something first. */
const lasting: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'configuration',
  'executable-not-found',
  'executable-not-runnable',
  'module-not-found',
  'module-syntax',
  'module-factory',
  'module-contract',
  'module-blocked',
  'held-back',
  'cannot-stop',
  // It is started as soon as what it depends on is running.
  'dependency',
]);

/** Whether and when a worker that ended by itself is started again. Pure: the caller keeps the clock. */
export function decideRestart(config: RestartConfig, ending: Ending, history: RestartHistory): RestartDecision {
  const wanted = config.policy === 'always' || config.policy === 'unless-stopped';
  if (ending.kind === 'clean' && !wanted) return { action: 'rest' };
  // The budget of the one that did it bounds how often.
  if (ending.kind === 'failure' && ending.code === 'host-lost' && ending.by !== undefined) {
    return { action: 'bring-back' };
  }
  const attempts = countedAttempts(config, history);
  // It went down with others through no fault of its own: it is back at once, whatever its policy, unless this repeats.
  if (ending.kind === 'failure' && ending.code === 'host-lost' && attempts < 3) {
    return { action: 'retry', delayMs: 0, attempts: attempts + 1 };
  }
  if (config.policy === 'never') return { action: 'give-up', why: '' };
  if (ending.kind === 'failure' && lasting.has(ending.code)) return { action: 'give-up', why: '' };

  const budget = budgetFor(config, ending);
  const factor =
    (config.severityMultipliers?.['critical'] ?? 1) * (config.profileMultipliers?.[history.profile ?? ''] ?? 1);
  // Zero stays without end; any other count leaves at least one attempt.
  const most = budget.maxRetries === 0 ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor(budget.maxRetries * factor));
  if (attempts >= most) return spent(config, attempts, most, history);
  // Kept finite: no pause at all, however often it grows, is none.
  const growth = Math.min(Number.MAX_VALUE, budget.backoffRate ** attempts);
  const pauseMs = budget.retryDelayMs * factor * growth;
  return { action: 'retry', delayMs: shaped(config, pauseMs, history), attempts: attempts + 1 };
}

/** Ill health and use of resources are borne while a run is this young; a crash never is. */
export function isWithinStartupGrace(config: RestartConfig, ranForMs: number): boolean {
  return ranForMs < (config.startupGraceMs ?? 0);
}

function budgetFor(config: RestartConfig, ending: Ending): RestartBudget {
  if (ending.kind === 'failure' && ending.code === 'unhealthy') return config.healthFailures ?? config;
  if (ending.kind === 'failure' && ending.code === 'resource-limit') return config.resourceViolations ?? config;
  return config;
}

function countedAttempts(
  config: RestartConfig,
  { attempts, ranForMs, restartTimes = [], now = 0 }: RestartHistory,
): number {
  const { windowMs } = config;
  if (windowMs !== undefined) return restartTimes.filter((time) => time > now - windowMs && time <= now).length;
  return ranForMs >= provenAfterMs ? 0 : attempts;
}

/**
 * The breaker is open: no attempt until the cool-down is over, then a single one. It closes by itself when that one
 * runs for a while, and opens for twice as long when it does not.
 */
function spent(config: RestartConfig, attempts: number, most: number, history: RestartHistory): RestartDecision {
  if (config.coolDownMs === undefined) {
    return { action: 'give-up', why: `given up after ${attempts} automatic restarts` };
  }
  const trials = Math.min(attempts - most, 4);
  const delayMs = Math.round(jittered(config, config.coolDownMs * 2 ** trials, history));
  const why = `its ${most} automatic restarts are spent, so it is tried only once after a pause`;
  return { action: 'retry', delayMs, attempts: attempts + 1, why };
}

function shaped(config: RestartConfig, pauseMs: number, history: RestartHistory): number {
  const longest = config.maxDelayMs ?? longestDelayMs;
  return Math.round(Math.min(longest, jittered(config, Math.min(longest, pauseMs), history)));
}

/** Workers that failed together do not all come back in the same moment. */
function jittered({ jitter = 0 }: RestartConfig, pauseMs: number, { random = 0.5 }: RestartHistory): number {
  return pauseMs * (1 + jitter * (random * 2 - 1));
}
