import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Lets calls made close together share one run of `work`. Nobody is given the result of a run that began before the
 * call: what it saw may be older than the question.
 */
export function coalesce<T>(work: () => Promise<T>): () => Promise<T> {
  let waiting: Promise<T> | undefined;
  let running: Promise<unknown> = Promise.resolve();
  return () => {
    waiting ??= running.then(async () => {
      // After the events of this turn of the loop, so that callers woken by any of them are in.
      await nextTurn();
      waiting = undefined;
      const run = work();
      running = run.catch(() => undefined);
      return run;
    });
    return waiting;
  };
}
