import { type CancellationToken, LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import type { Work } from './features/work.ts';
import { nextTurn } from './next-turn.ts';

/** How long one piece of work keeps everybody else waiting. */
const sliceMs = 10;

/** Makes a result while other requests are answered in between; rejects once nobody waits for it any more. */
export async function inSlices<T>(work: Work<T>, cancelled: CancellationToken): Promise<T> {
  for (;;) {
    if (cancelled.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
    const until = performance.now() + sliceMs;
    do {
      const step = work.next();
      if (step.done) return step.value;
    } while (performance.now() < until);
    await nextTurn();
  }
}
