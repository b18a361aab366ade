import type { RestartConfig } from '../config/worker-config.ts';
import { isWithinStartupGrace, type Ending } from '../lifecycle/restart-policy.ts';
import type { WorkerFailure } from '../lifecycle/worker-snapshot.ts';
import type { Violation } from './check-limits.ts';

/** What is done about a worker that is over a limit. */
export type ViolationResponse =
  | { readonly action: 'ignore' }
  /** A line in its log; an alert is one in the master's, too. */
  | { readonly action: 'note' | 'alert'; readonly line: string }
  /** The same, and it is slowed down. */
  | { readonly action: 'throttle'; readonly line: string }
  /** Its run is over; without an `ending` it is not started by itself again. */
  | {
      readonly action: 'end';
      readonly failure: WorkerFailure;
      readonly ending?: Ending;
      readonly graceMs?: number;
      /** Its next run has higher limits. */
      readonly raisesLimits?: boolean;
    };

export function respondToViolation(
  id: string,
  { what, policy }: Violation,
  restart: RestartConfig,
  ranForMs: number,
): ViolationResponse {
  const message = `${id} ${what}.`;
  const code = 'resource-limit';
  switch (policy) {
    case 'none':
      return { action: 'ignore' };
    case 'log':
      return { action: 'note', line: message };
    case 'alert':
      return { action: 'alert', line: message };
    case 'throttle':
      return { action: 'throttle', line: message };
    case 'restart':
    case 'restart_adjusted':
      if (isWithinStartupGrace(restart, ranForMs)) return { action: 'ignore' };
      return {
        action: 'end',
        failure: { code, message },
        ending: { kind: 'failure', code },
        ...(policy === 'restart_adjusted' ? { raisesLimits: true } : {}),
      };
    case 'graceful_shutdown':
    case 'immediate_kill': {
      // It is over the limit again as soon as it runs again, so it is not started by itself.
      const failure = { code, message: `${message} It was ended, as its policy "${policy}" says.` } as const;
      return { action: 'end', failure, ...(policy === 'immediate_kill' ? { graceMs: 0 } : {}) };
    }
  }
}
