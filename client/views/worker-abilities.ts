import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { isAtRest } from '../../master/lifecycle/worker-state.ts';

/** What can be asked of a worker now. The names are the flags of a row's `contextValue`. */
export type Ability =
  | 'canStart'
  | 'canStop'
  | 'canRestart'
  | 'canDebug'
  | 'canProfile'
  | 'canOpen'
  | 'canSwitch'
  | 'canSwap'
  | 'hasFailure';

const tests: Record<Ability, (worker: WorkerSnapshot) => boolean> = {
  canStart: (worker) => isAtRest(worker.state),
  // Waiting out a back-off is `failed` with `retry_at`: stop cancels it.
  canStop: (worker) => worker.state === 'running' || worker.state === 'starting' || worker.retry_at !== null,
  canRestart: (worker) => worker.state === 'running' || worker.state === 'starting' || worker.state === 'failed',
  // At rest it is started, held before its first line.
  canDebug: (worker) =>
    (worker.state === 'running' || isAtRest(worker.state)) &&
    !worker.held &&
    worker.isolation !== 'wasm' &&
    worker.isolation !== 'native',
  canProfile: (worker) =>
    worker.state === 'running' && !worker.held && worker.isolation !== 'wasm' && worker.isolation !== 'native',
  canOpen: (worker) => worker.state === 'running' && urlOf(worker) !== undefined,
  canSwitch: () => true,
  canSwap: (worker) => worker.state === 'running' && !worker.debugging,
  hasFailure: (worker) => worker.last_error !== null,
};

const all = Object.keys(tests) as readonly Ability[];

export function can(ability: Ability, worker: WorkerSnapshot): boolean {
  return tests[ability](worker);
}

/** "worker:canStop:canRestart": single flags for `when` clauses such as /^worker.*:canStop/. */
export function contextValueOf(worker: WorkerSnapshot): string {
  return ['worker', worker.type, ...all.filter((ability) => can(ability, worker))].join(':');
}

/** Where the worker answers over HTTP or the like, if it tells. */
export function urlOf(worker: WorkerSnapshot): string | undefined {
  return worker.endpoints.find((endpoint) => endpoint.type === 'url')?.address;
}
