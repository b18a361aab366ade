import { type OpenDocument, rangeOf, readable } from '../document.ts';
import type { WorkerPosition } from '../protocol.ts';

/** Where the ids of all workers stand, in document order. */
export function workerPositions(document: OpenDocument | undefined): WorkerPosition[] {
  if (document?.kind !== 'workers') return [];
  const shown = readable(document);
  const { workers } = shown;
  const found: WorkerPosition[] = [];
  for (let index = 0; index < workers.size; index++) {
    const id = workers.readingOf(index)?.id;
    if (!id) continue;
    const start = workers.startOf(index);
    found.push({ id: id.value, ...rangeOf(shown, { start: start + id.start, end: start + id.end }) });
  }
  return found;
}
