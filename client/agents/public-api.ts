import type { ApiWorker, HsuWorkersApi } from '../api.ts';
import type { Masters } from '../master/masters.ts';

/** The extension's exports, over the snapshots the views show too. */
export function publicApi(masters: Masters): HsuWorkersApi {
  return Object.freeze({
    version: 1 as const,
    getWorkers: () => masters.workers().map(({ ref, worker }) => apiWorker(ref.file, worker)),
    onDidChange: (listener: () => void) => {
      const subscriptions = [masters.onDidChange(() => listener()), masters.onDidRemove(() => listener())];
      return { dispose: () => subscriptions.forEach((subscription) => subscription.dispose()) };
    },
  });
}

function apiWorker(file: string, worker: ReturnType<Masters['workers']>[number]['worker']): ApiWorker {
  const { id, type, isolation, state, health, host_pid, endpoints, last_error, fate } = worker;
  return Object.freeze({
    id,
    file,
    type,
    isolation,
    state,
    health,
    hostPid: host_pid,
    endpoints: endpoints.map(({ name, address }) => ({ name, address })),
    lastError: last_error?.message ?? null,
    fate: {
      scope: fate.scope,
      get with() {
        return [...fate.with];
      },
    },
  });
}
