import type { TextEdit } from '../master/config/problem.ts';
import type { WorkersDocument } from '../master/config/workers-document.ts';

/** Where a worker stands in the text, and what its item says. Offsets. */
export interface HeldWorker {
  readonly id: string;
  readonly type: 'process' | 'module' | undefined;
  /** How many workers it stands for, where it says so. */
  readonly replicas: number | undefined;
  readonly dash: number;
  /** The value of `id`. */
  readonly idStart: number;
  readonly idEnd: number;
}

/** Every worker of a document, in its order. */
export function* workersIn(workers: WorkersDocument): Generator<HeldWorker, undefined> {
  for (let index = 0; index < workers.size; index++) {
    const reading = workers.readingOf(index);
    if (!reading?.id) continue;
    const start = workers.startOf(index);
    const { value: id, start: idStart, end: idEnd } = reading.id;
    yield {
      id,
      type: reading.type,
      replicas: reading.replicas,
      dash: dashOf(workers, index),
      idStart: start + idStart,
      idEnd: start + idEnd,
    };
  }
  return undefined;
}

/**
 * What is shown beside the text while an edit has torn other workers than its own out of the list: they are held where
 * they stood, moved along with the text, until the list has them again. Undefined when there is nothing to hold.
 */
export function heldAfter(
  held: readonly HeldWorker[] | undefined,
  before: WorkersDocument,
  edit: TextEdit,
  after: WorkersDocument,
): readonly HeldWorker[] | undefined {
  const known = held ?? (tearsOthersOut(before, edit, after) ? [...workersIn(before)] : undefined);
  const kept = known?.flatMap((worker) => moved(worker, edit));
  return kept?.every((worker) => !hasItem(after, worker) || isItemAt(after, worker.dash)) ? undefined : kept;
}

/** Whether its line is still that of an item: one that was made a comment is a worker no more. */
export function hasItem(workers: WorkersDocument, { dash }: HeldWorker): boolean {
  const { line } = workers.positionAt(dash);
  const lineStart = workers.offsetAt({ line, character: 0 });
  return /^\s*-(?:\s|$)/.test(workers.slice(lineStart, dash + 2));
}

/** Looks at the items next to the edit: whoever breaks the list breaks it there. */
function tearsOthersOut(before: WorkersDocument, edit: TextEdit, after: WorkersDocument): boolean {
  if (before.size === 0) return false;
  const first = before.indexAt(edit.start);
  const last = before.indexAt(edit.end);
  const touched = first < 0 || last < 0 ? 0 : last - first + 1;
  const above = first < 0 ? undefined : first - 1;
  const below = last < 0 ? (edit.end <= before.startOf(0) ? 0 : undefined) : last + 1;
  const isGone = (index: number | undefined) => {
    if (index === undefined || index < 0 || index >= before.size) return false;
    const [there] = offsets(dashOf(before, index), edit);
    return there === undefined || !isItemAt(after, there);
  };
  return isGone(above) || isGone(below) || after.size < before.size - touched;
}

function isItemAt(workers: WorkersDocument, dash: number): boolean {
  const index = workers.indexAt(dash);
  return index >= 0 && dashOf(workers, index) === dash;
}

/** Comments and blank lines may stand before it, in the text of the item above. */
function dashOf(workers: WorkersDocument, index: number): number {
  return workers.startOf(index) + Math.max(0, workers.textOf(index).indexOf('-'));
}

function moved(worker: HeldWorker, edit: TextEdit): HeldWorker[] {
  const [dash] = offsets(worker.dash, edit);
  if (dash === undefined) return [];
  const [idStart] = offsets(worker.idStart, edit);
  const [idEnd] = offsets(worker.idEnd, edit);
  return [{ ...worker, dash, idStart: idStart ?? edit.start, idEnd: idEnd ?? edit.start + edit.newText.length }];
}

/** Where an offset is after an edit; none when what stood there was taken out. */
function offsets(offset: number, { start, end, newText }: TextEdit): [] | [number] {
  if (offset < start) return [offset];
  return offset >= end ? [offset + newText.length - (end - start)] : [];
}
