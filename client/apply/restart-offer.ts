import { can } from '../views/worker-abilities.ts';
import type { Plan } from '../../master/protocol.ts';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';

export interface RestartOffer {
  readonly ids: readonly string[];
  /** Those of them that will run the other way. */
  readonly switched: readonly string[];
  readonly question: string;
  /** All of them run and can be replaced without a gap. */
  readonly canSwap: boolean;
}

/** What to ask after a plan was applied; undefined when no running worker waits for a restart. */
export function restartOffer(plan: Plan, workers: readonly WorkerSnapshot[]): RestartOffer | undefined {
  const up = new Set(workers.filter(({ state }) => state === 'running' || state === 'starting').map(({ id }) => id));
  const waiting = plan.restart.filter(({ id }) => up.has(id));
  const [only, second] = waiting;
  if (!only) return undefined;
  const ids = waiting.map(({ id }) => id);
  const canSwap = workers.every((worker) => !ids.includes(worker.id) || can('canSwap', worker));
  const switched = waiting.filter(({ because }) => because.includes('type')).map(({ id }) => id);
  if (second)
    return { ids, switched, canSwap, question: `${ids.join(', ')} have changed and run as before. Restart them?` };
  const question =
    switched.length > 0
      ? `${only.id} runs as before until it is restarted. Restart it as its new type now?`
      : `${only.id} has changed (${only.because.join(', ')}) and runs as before. Restart it?`;
  return { ids, switched, canSwap, question };
}
