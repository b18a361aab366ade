import type { ResolvedWorker, WorkersFile } from './config/deployment.ts';
import type { Problem } from './config/problem.ts';
import type { Plan } from './protocol.ts';
import { changedKeys } from './workers/changed-keys.ts';

interface Present {
  readonly id: string;
  /** The configuration that runs, or ran last. */
  readonly inForce: ResolvedWorker;
}

/** What becomes of the workers there are when the file is applied; those of a refused one go on as they were. */
export function planOf(
  present: readonly Present[],
  wanted: ReadonlyMap<string, ResolvedWorker>,
  refused: Plan['refused'],
): Plan {
  const presentIds = new Set(present.map(({ id }) => id));
  const refusedIds = new Set(refused.map(({ id }) => id));
  const changes = present.flatMap(({ id, inForce }) => {
    const next = wanted.get(id);
    return next ? [{ id, because: changedKeys(inForce, next) }] : [];
  });
  return {
    added: [...wanted.keys()].filter((id) => !presentIds.has(id)),
    removed: present
      .filter(({ id, inForce }) => !wanted.has(id) && !refusedIds.has(inForce.config.replica?.of ?? id))
      .map(({ id }) => id),
    restart: changes.filter(({ because }) => because.length > 0),
    unchanged: changes.filter(({ because }) => because.length === 0).map(({ id }) => id),
    refused,
  };
}

/** Why the workers that cannot be run are refused: the first error in the file for each id, however many have it. */
export function refusals(file: WorkersFile): Plan['refused'] {
  const ids = new Set(file.workers.filter(({ resolved }) => !resolved).map(({ id }) => id));
  const errors = new Map<string, Problem>();
  for (const problem of file.problems) {
    const { workerId, severity } = problem;
    if (severity === 'error' && workerId !== undefined && !errors.has(workerId)) errors.set(workerId, problem);
  }
  return [...ids].map((id) => {
    const problem = errors.get(id);
    const why = problem ? `${problem.message} (${problem.code})` : 'its configuration has errors';
    return { id, message: `${id} is refused: ${why}` };
  });
}
