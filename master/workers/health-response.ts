import type { RestartConfig } from '../config/worker-config.ts';
import { isWithinStartupGrace, type Ending } from '../lifecycle/restart-policy.ts';
import type { Health, WorkerFailure } from '../lifecycle/worker-snapshot.ts';

/** With what the run of a worker is over because of its health; undefined when it goes on. */
export function breakdownOfHealth(
  id: string,
  health: Health,
  why: string,
  restart: RestartConfig,
  ranForMs: number,
): { readonly failure: WorkerFailure; readonly ending: Ending } | undefined {
  if (health !== 'unhealthy' || restart.policy === 'never') return undefined;
  if (isWithinStartupGrace(restart, ranForMs)) return undefined;
  const message = `${id} is unhealthy: ${why}. It is restarted as its restart policy says; its log may tell why.`;
  return { failure: { code: 'unhealthy', message }, ending: { kind: 'failure', code: 'unhealthy' } };
}
