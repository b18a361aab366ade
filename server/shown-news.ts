import type { WorkerSnapshot } from '../master/lifecycle/worker-snapshot.ts';
import { stateTitle } from './features/code-lenses.ts';
import { actualPort } from './features/inlay-hints.ts';

/** Whether what a file shows of its workers reads otherwise than before. Hovers are asked for whenever one is shown. */
export interface ShownNews {
  readonly lenses: boolean;
  readonly hints: boolean;
  readonly findings: boolean;
}

/** All of a worker that each shows. Most news is about memory and processor time, which none does. */
const shown = {
  lenses: stateTitle,
  hints: (worker: WorkerSnapshot) => JSON.stringify(actualPort(worker)),
  findings: ({ state, last_error: failure }: WorkerSnapshot) =>
    state === 'failed' && failure ? JSON.stringify([failure.code, failure.message]) : undefined,
};

/** What is known of a worker; undefined where it is not there. */
export interface KnownChange {
  readonly before: WorkerSnapshot | undefined;
  readonly after: WorkerSnapshot | undefined;
}

/** What some workers that have changed have changed in their file. */
export function newsOf(changes: readonly KnownChange[]): ShownNews {
  const isNews = (show: (worker: WorkerSnapshot) => string | undefined) =>
    changes.some(({ before, after }) => (before && show(before)) !== (after && show(after)));
  return { lenses: isNews(shown.lenses), hints: isNews(shown.hints), findings: isNews(shown.findings) };
}
