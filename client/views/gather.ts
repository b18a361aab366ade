import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';

/** How the workers of a file are put together: by the names that the file gives their groups, by deployment, or not. */
export type Gathering = 'named' | 'deployment' | 'flat';

/** A group and its members. */
export interface Gathered {
  /** Tells it from the other groups of its file. */
  readonly key: string;
  readonly label: string;
  /** Of a group of all processes or all modules: workers dropped on it are switched. */
  readonly deployment?: WorkerSnapshot['type'];
  readonly workers: readonly WorkerSnapshot[];
}

/**
 * The groups of a file in the order they are shown. Workers without a named group stand under their deployment; both
 * deployments are there, also empty, as a place to drop workers, unless all workers have a name to stand under.
 */
export function gather(workers: readonly WorkerSnapshot[], gathering: Gathering): readonly Gathered[] {
  if (gathering === 'flat' || workers.length === 0) return [];
  const names = gathering === 'named' ? new Set(workers.flatMap(({ group }) => group ?? [])) : new Set<string>();
  const named = [...names].map((name) => ({
    key: `name:${name}`,
    label: name,
    workers: workers.filter(({ group }) => group === name),
  }));
  const rest = names.size === 0 ? workers : workers.filter(({ group }) => group === null);
  if (rest.length === 0) return named;
  const of = (deployment: WorkerSnapshot['type'], label: string) => ({
    key: deployment,
    label,
    deployment,
    workers: rest.filter(({ type }) => type === deployment),
  });
  return [...named, of('process', 'Processes'), of('module', 'Modules')];
}
