import type { RestartConfig } from '../config/worker-config.ts';
import type { FailureCode } from './worker-snapshot.ts';

/** What came to an end, as far as a restart depends on it. */
export type Ending = { readonly kind: 'clean' } | { readonly kind: 'failure'; readonly code: FailureCode };

export interface RestartHistory {
  /** Automatic starts since the worker last ran for a while, or was started by a person. */
  readonly attempts: number;
  /** Milliseconds the run that just ended was running; 0 when it never was. */
  readonly ranForMs: number;
}

export type RestartDecision =
  /** The ending is what the policy wants. */
  | { readonly action: 'rest' }
  | { readonly action: 'retry'; readonly delayMs: number; readonly attempts: number }
  /** Stays failed; `why` tells more than the policy's word does, empty when there is nothing to tell. */
  | { readonly action: 'give-up'; readonly why: string };

/** A run this long shows that the worker can run: earlier attempts no longer count. Milliseconds. */
const provenAfterMs = 60_000;

/** The longest pause between two attempts. Milliseconds. */
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
]);

/** Whether and when a worker that ended by itself is started again. Pure: the caller keeps the clock. */
export function decideRestart(config: RestartConfig, ending: Ending, history: RestartHistory): RestartDecision {
  const wanted = config.policy === 'always' || config.policy === 'unless-stopped';
  if (ending.kind === 'clean' && !wanted) return { action: 'rest' };
  const attempts = history.ranForMs >= provenAfterMs ? 0 : history.attempts;
  // It went down with others through no fault of its own: it is back at once, whatever its policy, unless this repeats.
  if (ending.kind === 'failure' && ending.code === 'host-lost' && attempts < 3) {
    return { action: 'retry', delayMs: 0, attempts: attempts + 1 };
  }
  if (config.policy === 'never') return { action: 'give-up', why: '' };
  if (ending.kind === 'failure' && lasting.has(ending.code)) return { action: 'give-up', why: '' };
  if (config.maxRetries > 0 && attempts >= config.maxRetries) {
    return { action: 'give-up', why: `given up after ${attempts} automatic restarts` };
  }
  const delayMs = Math.min(longestDelayMs, config.retryDelayMs * config.backoffRate ** attempts);
  return { action: 'retry', delayMs: Math.round(delayMs), attempts: attempts + 1 };
}
