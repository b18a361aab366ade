import { longestLine } from '../../master/config/syntax/long-lines.ts';
import type { OpenDocument } from '../document.ts';
import { type FlowLevel, openFlow } from './flow-levels.ts';
import { columnOf, inComment, type LineParts, linesAbove, partsOf } from './line-parts.ts';

/**
 * What stands under the cursor, told by the lines above and their indentation alone: so it holds in text that is
 * half typed or broken, where no parser would say. Tabs are no YAML indentation, yet some type them: one counts as two columns.
 */
export interface Cursor {
  readonly kind: 'key' | 'value' | 'none';
  /** Keys and `0` for items of lists, from the root to the mapping (for keys) or to the value. */
  readonly path: readonly (string | number)[];
  /** The word to replace: offsets into the text. */
  readonly start: number;
  readonly end: number;
  /** The part of the word before the cursor. */
  readonly prefix: string;
  /** Keys the mapping has already, the one under the cursor left out. */
  readonly present: readonly string[];
  /** Column where keys of the mapping begin. */
  readonly column: number;
  /** The item of a list begins on this line: a dash stands before the word. */
  readonly afterDash: boolean;
  /** The word is within [ ] or { }. */
  readonly flow: boolean;
  /** What stands behind the word on its line. */
  readonly rest: string;
  /** The opening quote before the word. */
  readonly quote: '' | '"' | "'";
  /** Start of the line. */
  readonly lineStart: number;
  /** Column a key has to be moved to, on an empty line where the cursor is in a column that no mapping has. */
  readonly indent?: number;
}

/** As `cursorAt`, in a document: only the item around the offset is looked at, however long the file is. */
export function cursorIn(
  document: OpenDocument,
  offset: number,
): Cursor & { readonly text: string; readonly base: number } {
  if (document.kind !== 'workers') {
    const text = document.places.getText();
    return { ...cursorAt(text, offset), text, base: 0 };
  }
  const { workers } = document;
  if (workers.documentEnd < workers.length && offset >= workers.documentEnd) {
    return { ...nothing(offset, offset), text: '', base: offset };
  }
  const index = workers.frame.column === undefined ? -1 : workers.indexAt(offset);
  if (index < 0) {
    const { head, tail } = workers.frame;
    const inTail = offset >= workers.length - tail.length && workers.size > 0;
    if (workers.frame.column === undefined) return { ...cursorAt(workers.text, offset), text: workers.text, base: 0 };
    const gap = workers.length - head.length - tail.length;
    const text = head + tail;
    const found = cursorAt(text, inTail ? offset - gap : offset);
    return shifted(found, text, inTail ? gap : 0);
  }
  const base = workers.startOf(index);
  const piece = workers.textOf(index);
  const inner = offset - base;
  const lineStart = piece.lastIndexOf('\n', inner - 1) + 1;
  const newline = piece.indexOf('\n', inner);
  const line = piece.slice(lineStart, newline < 0 ? piece.length : newline);
  const column = workers.frame.column ?? 0;
  if (isLeftOfItems(line, inner - lineStart, column)) {
    // Left of the items: another top-level key, or the beginning of one.
    const { head, tail } = workers.frame;
    const text = `${head}${line}\n${tail}`;
    return shifted(cursorAt(text, head.length + inner - lineStart), text, base + lineStart - head.length);
  }
  const found = cursorAt(piece, inner);
  return { ...shifted(found, piece, base), path: ['workers', ...found.path] };
}

/** Whether a line, or on an empty one the cursor, stands left of what belongs to the items with dashes in this column. */
function isLeftOfItems(line: string, at: number, column: number): boolean {
  const first = line.search(/\S/);
  if (first < 0) return at <= column;
  if (line.charAt(first) === '-') return false;
  return first < column || (first === column && (column === 0 || at <= column));
}

function shifted(cursor: Cursor, text: string, by: number): Cursor & { readonly text: string; readonly base: number } {
  const { start, end, lineStart } = cursor;
  return { ...cursor, start: start + by, end: end + by, lineStart: lineStart + by, text, base: by };
}

function cursorAt(text: string, offset: number): Cursor {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const newline = text.indexOf('\n', offset);
  const lineEnd =
    newline < 0 ? text.length : text.charAt(newline - 1) === '\r' && newline > offset ? newline - 1 : newline;
  const line = text.slice(lineStart, lineEnd);
  const at = offset - lineStart;
  // In a line that was pasted as one nobody writes.
  if (line.length > longestLine) return nothing(offset, lineStart);
  const parts = partsOf(line);
  const lines = linesAbove(text, lineStart);
  if (inComment(line, at)) return nothing(offset, lineStart);
  const blank = line.trim() === '';
  const valueFrom = parts.key === undefined ? parts.from : line.length - parts.value.length;
  const content = line.slice(valueFrom, at);
  const behindColon = parts.key !== undefined && /:[ \t]*$/.test(line.slice(0, at));
  if (at < parts.from || (parts.key !== undefined && at < valueFrom && !behindColon)) {
    const own = at < parts.from ? '' : (parts.key ?? '');
    return keyAt(text, lines, blank ? blankParts(lines, line, at) : parts, lineStart, line, at, own);
  }
  const opened = openFlow(content);
  if (parts.key !== undefined || opened) {
    const scope = scopeOf(lines, parts);
    if (scope.block) return nothing(offset, lineStart);
    const base = parts.key === undefined ? [...scope.path] : [...scope.path, parts.key];
    if (opened) return inFlow(text, base, opened, lineStart, valueFrom, line, at);
    return valueAt(base, lineStart, valueFrom, line, at);
  }
  return keyAt(text, lines, blank ? blankParts(lines, line, at) : parts, lineStart, line, at, '');
}

/** On an empty line the column of the cursor tells which mapping a key would belong to. */
function blankParts(lines: () => Generator<string>, line: string, at: number): LineParts {
  const here = columnOf(line, at);
  const parts = { dashes: [], from: at, value: '' };
  if (line.includes('\t') || scopeOf(lines, { ...parts, column: here }).block) return { ...parts, column: here };
  return { ...parts, column: nearestColumn(lines, here) };
}

/** The column of the mapping or list around an empty line that a column belongs to. */
function nearestColumn(lines: () => Generator<string>, here: number): number {
  let nearest: number | undefined;
  let lowest = Infinity;
  for (const line of lines()) {
    const { dashes, column, key, value } = partsOf(line);
    const opens = key !== undefined && (value === '' || /^[&!#|>]/.test(value));
    // Deeper than the line above: a new mapping below its key, else more of the line's own.
    if (nearest === undefined && here > column && opens) return here;
    for (const one of [column, ...dashes.toReversed()]) {
      if (one >= lowest) continue;
      lowest = one;
      if (one >= here || nearest === undefined) nearest = one;
    }
    if (lowest <= here) break;
  }
  return nearest ?? here;
}

function nothing(offset: number, lineStart: number): Cursor {
  const empty = {
    path: [],
    prefix: '',
    present: [],
    column: 0,
    afterDash: false,
    flow: false,
    rest: '',
    quote: '',
  } as const;
  return { kind: 'none', start: offset, end: offset, lineStart, ...empty };
}

function valueAt(
  path: readonly (string | number)[],
  lineStart: number,
  from: number,
  line: string,
  at: number,
): Cursor {
  const value = line.slice(from);
  const quote = value.startsWith('"') ? '"' : value.startsWith("'") ? "'" : '';
  const begin = from + quote.length;
  const start = Math.min(begin, at);
  const end = value.startsWith('#') ? start : endOfScalar(line, from, quote);
  const shared = { path, present: [], column: from, afterDash: false, flow: false, lineStart } as const;
  return {
    kind: at <= end ? 'value' : 'none',
    start: lineStart + start,
    end: lineStart + Math.max(end, start),
    prefix: line.slice(start, at),
    rest: line.slice(Math.max(end, at)),
    quote,
    ...shared,
  };
}

/** End of a plain or quoted scalar of one line, without its closing quote, trailing spaces and comment. */
function endOfScalar(line: string, from: number, quote: string): number {
  if (quote !== '') {
    const close = line.indexOf(quote, from + 1);
    return close < 0 ? line.trimEnd().length : close;
  }
  const comment = /\s#/.exec(line.slice(from));
  const text = comment ? line.slice(0, from + comment.index) : line;
  return Math.max(from, text.trimEnd().length);
}

function keyAt(
  text: string,
  lines: () => Generator<string>,
  parts: LineParts,
  lineStart: number,
  line: string,
  at: number,
  own: string,
): Cursor {
  const scope = scopeOf(lines, parts);
  if (scope.block) return nothing(lineStart + at, lineStart);
  const start = Math.min(parts.from, at);
  const colon = own === '' ? -1 : line.indexOf(':', parts.from);
  const end = colon < 0 ? Math.max(at, endOfScalar(line, parts.from, '')) : parts.from + own.length;
  const moved = line.trim() === '' && parts.column !== columnOf(line, at);
  return {
    ...(moved ? { indent: parts.column } : {}),
    kind: 'key',
    path: scope.path,
    start: lineStart + start,
    end: lineStart + end,
    prefix: line.slice(start, at),
    present: [...scope.siblings, ...siblingsBelow(text, lineStart + line.length, parts)],
    column: scope.column ?? parts.column,
    afterDash: parts.dashes.length > 0,
    flow: false,
    rest: line.slice(end),
    quote: '',
    lineStart,
  };
}

interface Scope {
  readonly path: (string | number)[];
  readonly siblings: string[];
  /** Column of the siblings, where there are some. */
  readonly column?: number;
  /** Within the text of a block scalar. */
  readonly block: boolean;
}

/** The keys that lead to a line, found by walking up to ever smaller columns. */
function scopeOf(lines: () => Generator<string>, from: LineParts): Scope {
  const path: (string | number)[] = [];
  const siblings: string[] = [];
  let siblingColumn: number | undefined;
  let column = from.column;
  let collecting = true;
  // A dash of the line itself: what stands behind it is in an item of a list whose dashes stand there.
  let lists = [...from.dashes];
  const climb = () => {
    for (let dash = lists.pop(); dash !== undefined; dash = lists.pop()) {
      path.unshift(0);
      column = dash;
      collecting = false;
    }
  };
  let zeroIndented = from.dashes.length > 0;
  climb();
  for (const line of lines()) {
    const parts = partsOf(line);
    if (parts.from >= line.length && parts.dashes.length === 0) continue;
    const keyColumn = parts.column;
    if (parts.key !== undefined) {
      if (/^[|>][-+\d]*\s*(?:#.*)?$/.test(parts.value) && keyColumn < column) return { path, siblings, block: true };
      if (collecting && keyColumn === column) {
        siblings.push(parts.key);
        siblingColumn = keyColumn;
      }
      const parent = keyColumn < column || (zeroIndented && keyColumn === column && parts.dashes.length === 0);
      if (parent && (parts.value === '' || /^[&!#]/.test(parts.value))) {
        path.unshift(parts.key);
        column = keyColumn;
        collecting = false;
        zeroIndented = false;
      } else if (parent && keyColumn < column) {
        // A key with a value of its own is no parent; a deeper line below it continues that value.
        column = Math.min(column, keyColumn + 1);
        if (collecting && siblings.length === 0) siblingColumn = keyColumn;
      }
    }
    const inner = parts.dashes.filter((dash) => dash < column);
    if (inner.length > 0 && (parts.dashes.at(-1) ?? 0) < column && keyColumn <= Math.max(column, from.column)) {
      lists = inner;
      zeroIndented = true;
      climb();
    }
    if (column === 0 && !zeroIndented && !collecting) break;
  }
  return { path, siblings, ...(siblingColumn === undefined ? {} : { column: siblingColumn }), block: false };
}

/** Keys of the same mapping on the lines below. */
function siblingsBelow(text: string, from: number, own: LineParts): string[] {
  const { column } = own;
  const found: string[] = [];
  for (let at = text.indexOf('\n', from) + 1; at > 0 && at < text.length; at = text.indexOf('\n', at) + 1) {
    const newline = text.indexOf('\n', at);
    const line = text.slice(at, newline < 0 ? text.length : newline).replace(/\r$/, '');
    const parts = partsOf(line);
    if (line.trim() === '' || /^\s*#/.test(line)) {
      if (newline < 0) break;
      continue;
    }
    if (parts.column < column || (parts.dashes.length > 0 && (parts.dashes[0] ?? 0) < column)) break;
    if (parts.column === column && parts.dashes.length === 0 && parts.key !== undefined) found.push(parts.key);
    if (newline < 0) break;
  }
  return own.key === undefined ? found : found.filter((key) => key !== own.key);
}

function inFlow(
  text: string,
  base: readonly (string | number)[],
  open: readonly FlowLevel[],
  lineStart: number,
  valueColumn: number,
  line: string,
  at: number,
): Cursor {
  const path: (string | number)[] = [...base];
  for (const [index, level] of open.entries()) {
    const last = index === open.length - 1;
    if (level.kind === 'list') path.push(0);
    else if (level.key !== undefined) path.push(level.key);
    else if (!last) return nothing(lineStart + at, lineStart);
  }
  const top = open.at(-1);
  const raw = line.slice(valueColumn + (top?.from ?? 0), at);
  const lead = /^\s*/.exec(raw)?.[0].length ?? 0;
  const quote = raw.charAt(lead) === '"' ? '"' : raw.charAt(lead) === "'" ? "'" : '';
  const start = at - raw.length + lead + quote.length;
  // Behind a closing quote nothing can stand but what closes or parts.
  if (quote !== '' && raw.indexOf(quote, lead + 1) >= 0) return nothing(lineStart + at, lineStart);
  const behind = (quote === '' ? /^[^\s,\]}:]*/ : quote === '"' ? /^[^"]*/ : /^[^']*/).exec(line.slice(at))?.[0] ?? '';
  const isKey = top?.kind === 'map' && top.key === undefined;
  return {
    kind: isKey ? 'key' : 'value',
    path,
    start: lineStart + Math.min(start, at),
    end: lineStart + at + behind.length,
    prefix: text.slice(lineStart + Math.min(start, at), lineStart + at),
    present: top?.keys ?? [],
    column: at,
    afterDash: false,
    flow: true,
    rest: line.slice(at + behind.length),
    quote,
    lineStart,
  };
}
