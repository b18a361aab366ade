import type { Deployment, ResolvedWorker } from './deployment.ts';
import { isolate, namedPort } from './isolate.ts';

/** The ids of a worker's replicas: `id-1`, `id-2`, and so on. */
export function replicaIds(id: string, count: number | undefined): readonly string[] {
  return Array.from({ length: count ?? 0 }, (_, index) => `${id}-${index + 1}`);
}

/**
 * The workers that a worker stands for: itself, or as many as `replicas` says, each on a port of its own: the first on
 * the one that is named, the second on the next. Nothing in one tells how many there are, so a change of the number
 * touches none that stays.
 */
export function expandReplicas(worker: ResolvedWorker): readonly ResolvedWorker[] {
  const { id, replicas } = worker.config;
  if (replicas === undefined) return [worker];
  const port = namedPort(worker);
  return replicaIds(id, replicas).map((own, index) => {
    const { config, ...rest } = port === undefined ? worker : isolate(worker, port + index);
    const { replicas: _, ...one } = config;
    return {
      ...rest,
      deployment: numbered(rest.deployment, index + 1),
      config: { ...one, id: own, replica: { of: id, number: index + 1 } },
    };
  });
}

function numbered(deployment: Deployment, number: number): Deployment {
  if (deployment.kind === 'unmanaged') return deployment;
  return { ...deployment, environment: { ...deployment.environment, HSU_REPLICA: String(number) } };
}
