import type { Range, TextEdit } from 'vscode-languageserver-types';
import type { TextEdit as OffsetEdit } from '../../master/config/problem.ts';
import { type OpenDocument, rangeOf, textOfDocument } from '../document.ts';
import { applyEdits, formatPiece, type Level, sameMeaning } from './format-piece.ts';
import type { Work } from './work.ts';

/** White space as it should be, in a whole document or only in the lines of a range. */
export function* formatting(document: OpenDocument, range?: Range): Work<TextEdit[]> {
  if (document.kind === 'foreign') return [];
  const text = textOfDocument(document);
  const from = range ? document.places.offsetAt({ line: range.start.line, character: 0 }) : 0;
  const to = range ? document.places.offsetAt({ line: range.end.line + 1, character: 0 }) : text.length;
  const edits: OffsetEdit[] = [];
  for (const { start, end, column, dashes } of pieces(document, text)) {
    if (end < from || start > to) continue;
    for (const edit of formatPiece(text.slice(start, end), column, dashes)) {
      const moved = { start: edit.start + start, end: edit.end + start, newText: edit.newText };
      if (moved.start >= from && moved.end <= to) edits.push(moved);
    }
    yield;
  }
  // Part of the edits of a piece may not fit without the others.
  if (range && edits.length > 0 && !keepsMeaning(document, text, edits)) return [];
  if (!range) edits.push(...finalNewline(text));
  return edits.map((edit) => ({ range: rangeOf(document, edit), newText: edit.newText }));
}

interface Piece {
  readonly start: number;
  readonly end: number;
  readonly column: number;
  readonly dashes?: Level;
}

/** Items are formatted one by one: one that is broken does not keep the others from it. */
function pieces(document: OpenDocument, text: string): Piece[] {
  if (document.kind !== 'workers') return [{ start: 0, end: text.length, column: 0 }];
  const { workers } = document;
  const { column } = workers.frame;
  if (column === undefined) return [{ start: 0, end: text.length, column: 0 }];
  const dashes = { column, now: column === 0 ? 0 : 2 };
  return [
    { start: 0, end: workers.startOf(0), column: 0, dashes },
    ...Array.from({ length: workers.size }, (_, index) => ({
      start: workers.startOf(index),
      end: workers.endOf(index),
      column: dashes.now,
      dashes,
    })),
    { start: workers.endOf(workers.size - 1), end: text.length, column: 0 },
  ].filter(({ start, end }) => end > start);
}

function keepsMeaning(document: OpenDocument, text: string, edits: readonly OffsetEdit[]): boolean {
  return pieces(document, text).every(({ start, end }) => {
    const own = edits.filter((edit) => edit.start >= start && edit.end <= end);
    if (own.length === 0) return true;
    const moved = own.map((edit) => ({ ...edit, start: edit.start - start, end: edit.end - start }));
    const before = text.slice(start, end);
    return sameMeaning(before, applyEdits(before, moved));
  });
}

function finalNewline(text: string): OffsetEdit[] {
  if (text === '') return [];
  const visible = text.trimEnd().length;
  const ending = text.includes('\r\n') ? '\r\n' : '\n';
  const tail = text.slice(visible);
  // A block scalar's own text may end with the line breaks.
  if (tail === ending || /\n/.test(tail)) return [];
  return [{ start: text.length, end: text.length, newText: ending }];
}
