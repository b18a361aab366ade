import { describeFailure, reviveFailure } from './failure.ts';
import type { Publication } from './publication.ts';

/** Aborts a function's own signal, in the worker's context, with the reason as it would arrive from anywhere else. */
export function abortIn(publication: Publication, controller: AbortController, reason: unknown): void {
  const copy = reviveFailure(describeFailure(reason));
  publication.enter(() => {
    controller.abort(copy);
  });
}
