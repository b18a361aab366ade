import type { Range, TextEdit } from 'vscode-languageserver-types';
import type { TextEdit as OffsetEdit } from '../../master/config/problem.ts';
import { type OpenDocument, rangeOf, textOfDocument } from '../document.ts';
import { applyEdits, formatPiece, type Level, sameMeaning } from './format-piece.ts';
import type { Work } from './work.ts';

/** White space as it should be, in a whole document or only in the lines of a range. */
export function* formatting(document: OpenDocument, range?: Range): Work<TextEdit[]> {
  if (document.kind === 'foreign') return [];
  const text = textOfDocument(document);
  const { places } = document;
  const edits = range
    ? yield* rangeEdits(
        document,
        text,
        places.offsetAt({ line: range.start.line, character: 0 }),
        places.offsetAt({ line: range.end.line + 1, character: 0 }),
      )
    : yield* wholeEdits(document, text);
  return edits.map((edit) => ({ range: rangeOf(document, edit), newText: edit.newText }));
}

/** All dashes move to another column, or none: an item that cannot be formatted keeps the others where they are. */
function* wholeEdits(document: OpenDocument, text: string): Work<OffsetEdit[]> {
  const column = document.kind === 'workers' ? document.workers.frame.column : undefined;
  const wanted = column === 0 ? 0 : 2;
  const moved = yield* editsOf(text, pieces(document, text, wanted), column !== wanted);
  const edits = moved ?? (yield* editsOf(text, pieces(document, text, column ?? wanted), false)) ?? [];
  return [...edits, ...finalNewline(text)];
}

function* editsOf(text: string, of: readonly Piece[], all: boolean): Work<OffsetEdit[] | undefined> {
  const edits: OffsetEdit[] = [];
  for (const { start, end, column, dashes } of of) {
    const own = formatPiece(text.slice(start, end), column, dashes);
    if (!own && all && dashes) return undefined;
    for (const edit of own ?? []) edits.push({ ...edit, start: edit.start + start, end: edit.end + start });
    yield;
  }
  return edits;
}

/** Dashes stay in their column, for those of other lines do. */
function* rangeEdits(document: OpenDocument, text: string, from: number, to: number): Work<OffsetEdit[]> {
  const column = document.kind === 'workers' ? document.workers.frame.column : undefined;
  const touched = pieces(document, text, column ?? 0).filter(({ start, end }) => end >= from && start <= to);
  const edits = (yield* editsOf(text, touched, false)) ?? [];
  const within = edits.filter(({ start, end }) => start >= from && end <= to);
  // Part of the edits of a piece may not fit without the others.
  return keepsMeaning(touched, text, within) ? within : [];
}

interface Piece {
  readonly start: number;
  readonly end: number;
  readonly column: number;
  readonly dashes?: Level;
}

/** Items are formatted one by one: one that is broken does not keep the others from it. */
function pieces(document: OpenDocument, text: string, now: number): Piece[] {
  if (document.kind !== 'workers') return [{ start: 0, end: text.length, column: 0 }];
  const { workers } = document;
  const { column } = workers.frame;
  if (column === undefined) return [{ start: 0, end: text.length, column: 0 }];
  const dashes = { column, now };
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

function keepsMeaning(touched: readonly Piece[], text: string, edits: readonly OffsetEdit[]): boolean {
  return touched.every(({ start, end }) => {
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
