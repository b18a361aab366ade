import type { Frame } from './frame.ts';
import type { PieceText } from './piece-text.ts';
import type { TextEdit } from './problem.ts';
import { hasAlias, hasAnchor, hasLoneReturn, isMarker, Lines, looksTopLevel } from './syntax/cut-items.ts';

export interface Recut {
  /** The items that are no more: both ends included. */
  readonly first: number;
  readonly last: number;
  /** What stands in their place, and where each item of it begins. */
  readonly text: string;
  readonly starts: readonly number[];
}

/**
 * What an edit does to the items it touches, found without looking at the others. Undefined where it may change more
 * than them: the file has to be cut anew then. Part 0 of the text is the head, the last one the tail.
 */
export function recutItems(
  text: PieceText,
  { column, head, tail: behind, documentEnd }: Pick<Frame, 'column' | 'head' | 'tail' | 'documentEnd'>,
  { start, end, newText }: TextEdit,
): Recut | undefined {
  if (column === undefined) return undefined;
  const tail = text.last;
  let from = text.indexAt(start);
  let to = Math.max(from, text.indexAt(end));
  // What is inserted before a dash belongs to the item above it.
  if (start === text.startOf(from)) from--;
  if (to === tail && end === text.startOf(tail) && tail - 1 >= from) to = tail - 1;
  if (from < 1 || to >= tail || newText.includes('\r') || newText.includes('\uFEFF')) return undefined;
  const base = text.startOf(from);
  let region = text.slice(base, start) + newText + text.slice(end, text.startOf(to + 1));
  // Without its line break the last line goes on with the next item's.
  while (to + 1 < tail && !region.endsWith('\n')) {
    to++;
    region += text.textOf(to);
  }
  if (!region.endsWith('\n') && text.textOf(tail) !== '') return undefined;
  if (hasLoneReturn(region)) return undefined;
  // Then an alias behind the items may refer to an anchor in them.
  if (hasAnchor(region) && hasAlias(behind.slice(0, documentEnd - head.length))) return undefined;
  const starts = startsIn(region, column, from === 1);
  return starts && { first: from - 1, last: to - 1, text: region, starts };
}

/** The first item of all tells the column, so its dash has to stand. */
function startsIn(region: string, column: number, isFirst: boolean): readonly number[] | undefined {
  const lines = new Lines(region);
  const starts: number[] = [];
  for (let line = lines.at(0); line; line = lines.afterItems(line, column, starts)) {
    if (line.blank) continue;
    if (line.first === '?' && line.indent === 0) return undefined;
    if (line.indent === column && line.dash) starts.push(line.start);
    // Whatever may end the items is left to who sees all that follows.
    else if (looksTopLevel(line) || (line.indent === 0 && isMarker(line.text))) return undefined;
    else if (isFirst && starts.length === 0) return undefined;
    else if (lines.isDamagedStart(line, column)) starts.push(line.start);
    else if (starts.length === 0) return undefined;
  }
  // The region has to begin with an item: lines before its first dash would belong to the item above.
  return starts[0] === 0 ? starts : undefined;
}
