import type { Frame } from './frame.ts';
import type { PieceText } from './piece-text.ts';
import type { TextEdit } from './problem.ts';
import { endsItems, hasAlias, hasAnchor, hasLoneReturn, Lines, looksTopLevel } from './syntax/cut-items.ts';

export interface Recut {
  /** The items that are no more: both ends included. */
  readonly first: number;
  readonly last: number;
  /** The items in their place. */
  readonly texts: readonly string[];
}

/**
 * What an edit does to the items it touches, found without looking at the others. Undefined where it may change more
 * than them: the file has to be cut anew then. Part 0 of the text is the head, the last one the tail.
 */
export function recutItems(
  text: PieceText,
  { column, anchored }: Pick<Frame, 'column' | 'anchored'>,
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
  const followed = to + 1 < tail;
  if (!region.endsWith('\n') && text.textOf(tail) !== '') return undefined;
  if (hasLoneReturn(region)) return undefined;
  const next = followed ? text.textOf(to + 1) : text.textOf(tail);
  // An alias in another item may refer to an anchor that comes or goes.
  if (anchored === 'unfollowed' ? hasAlias(region) : hasAnchor(region)) return undefined;
  if (anchored === 'followed' && hasAnchor(text.slice(base, text.startOf(to + 1)))) return undefined;
  const texts = cutRegion(region, next, column, from === 1);
  return texts && { first: from - 1, last: to - 1, texts };
}

/** `next` is what follows, for a look ahead. The first item of all tells the column, so its dash has to stand. */
function cutRegion(region: string, next: string, column: number, isFirst: boolean): string[] | undefined {
  const lines = new Lines(region + next);
  const starts: number[] = [];
  for (let line = lines.at(0); line && line.start < region.length; line = lines.afterItems(line, column, starts)) {
    if (line.blank) continue;
    if (line.first === '?' && line.indent === 0) return undefined;
    if (line.indent === column && line.dash) starts.push(line.start);
    else if (looksTopLevel(line) || (line.indent === 0 && endsItems(lines, line, column))) return undefined;
    else if (isFirst && starts.length === 0) return undefined;
    else if (lines.isDamagedStart(line, column)) starts.push(line.start);
    else if (starts.length === 0) return undefined;
  }
  // The item behind the region was only looked at.
  if (starts.at(-1) === region.length) starts.pop();
  // The region has to begin with an item: lines before its first dash would belong to the item above.
  if (starts[0] !== 0) return undefined;
  return starts.map((start, index) => region.slice(start, starts[index + 1] ?? region.length));
}
