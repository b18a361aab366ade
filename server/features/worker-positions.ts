import { type OpenDocument, rangeOf, shownWorkers } from '../document.ts';
import type { WorkerPosition } from '../protocol.ts';

/** Where the ids of all workers stand, in document order. */
export function workerPositions(document: OpenDocument | undefined): WorkerPosition[] {
  if (document?.kind !== 'workers') return [];
  return Array.from(shownWorkers(document), ({ id, idStart, idEnd }) => ({
    id,
    ...rangeOf(document, { start: idStart, end: idEnd }),
  }));
}
