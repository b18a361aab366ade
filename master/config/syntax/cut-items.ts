/** Where a workers file falls into pieces that can be read alone. */
export interface Cut {
  /** End of what stands before the first item; the whole file when there are no items to cut. */
  readonly headEnd: number;
  /** Start of each item: the beginning of the line that holds its dash. */
  readonly starts: readonly number[];
  /** End of the last item. */
  readonly itemsEnd: number;
  /** End of the first YAML document; what follows is not read. */
  readonly documentEnd: number;
  /** Column of the dashes. */
  readonly column: number;
  /** Some line looks like another top-level key and is only told by what follows it: an edit there may change that. */
  readonly fragile: boolean;
}

const listKey = /^(?:workers|managed_processes)[ \t]*:[ \t]*(?:#.*)?$/;
const topLevelKey = /^(?:[^\s"'#?:,[\]{}&*!|>%@`-][^\s:#]*|"[^"]*"|'[^']*')[ \t]*:(?:[ \t]|$)/;
const emptyTopLevelKey = /:[ \t]*(?:#.*)?$/;

/**
 * Cuts a text at the lines whose dash stands in the column of the `workers` sequence. Whatever belongs to an item is
 * indented deeper in valid YAML, so such a dash always begins an item. Undefined where only reading the whole text
 * tells its structure: flow style, aliases behind the items to anchors in them, anchors on the list, explicit keys, lone carriage
 * returns.
 */
export function cutItems(text: string): Cut | undefined {
  if (hasLoneReturn(text)) return undefined;
  const cut = cutLines(text);
  if (!cut) return undefined;
  const isTogether =
    cut.starts.length === 0
      ? hasAlias(text) && hasAnchor(text)
      : hasAlias(text.slice(cut.itemsEnd, cut.documentEnd)) && hasAnchor(text.slice(cut.headEnd, cut.itemsEnd));
  return isTogether ? undefined : cut;
}

function cutLines(text: string): Cut | undefined {
  const lines = new Lines(text);
  let line = lines.first();
  let begun = false;
  for (; line; line = lines.after(line)) {
    if (line.blank) continue;
    if (line.indent === 0) {
      if (line.first === '%' || line.first === '?') return undefined;
      if (isMarker(line.text)) {
        if (begun || line.text.startsWith('...') || line.text.replace(/#.*/, '').trim() !== '---')
          return whole(text, line, begun);
        continue;
      }
      if (!begun && /^[-{["'&*!|>]/.test(line.first)) return line.first === '"' ? whole(text) : undefined;
      begun = true;
      if (listKey.test(line.text)) break;
      if (/^["']?(?:workers|managed_processes)/.test(line.text)) return undefined;
    } else if (!begun) return undefined;
  }
  if (!line) return whole(text);
  return items(text, lines, line);
}

/** A carriage return that is no part of \r\n. */
export function hasLoneReturn(text: string): boolean {
  return text.includes('\r') && /\r(?!\n)/.test(text);
}

/** An alias may stand for something outside of its item. */
export function hasAlias(text: string): boolean {
  return text.includes('*') && /[\s[{,]\*[^\s,[\]{}*]/.test(text);
}

const noNames: readonly string[] = [];

/** Very many may begin in one word, and each would have to be read to its end: only the first of them may be longer. */
const longestName = 200;
const beforeAlias = /[\s,[\]{}:"']/;
const wordEnd = /[ \t\r\n,[\]{}]|$/g;

/** Every name that an alias of a text may have, whether the text turns out to have one there or not. */
export function aliasNames(text: string): readonly string[] {
  const names = new Set<string>();
  let end = 0;
  for (let at = text.indexOf('*'); at >= 0; at = text.indexOf('*', at + 1)) {
    if (at > 0 && !beforeAlias.test(text.charAt(at - 1))) continue;
    const isFirst = at >= end;
    if (isFirst) {
      wordEnd.lastIndex = at;
      end = wordEnd.exec(text)?.index ?? text.length;
    }
    const length = end - at - 1;
    if (length > 0 && (isFirst || length <= longestName)) names.add(text.slice(at + 1, end));
  }
  return names.size === 0 ? noNames : [...names];
}

/** A text may have an anchor. Without any, every alias is a fault that no other item has a part in. */
export function hasAnchor(text: string): boolean {
  return text.includes('&') && /(?:^|[\s[{,:"'\]}])&[^ \t\r\n,[\]{}]/.test(text);
}

function whole(text: string, end?: Line, begun = true): Cut | undefined {
  if (end && !begun) return undefined;
  const at = end?.start ?? text.length;
  return { headEnd: at, starts: [], itemsEnd: at, documentEnd: at, column: -1, fragile: false };
}

function items(text: string, lines: Lines, key: Line): Cut | undefined {
  let line = lines.afterBlanks(key);
  if (!line || isMarker(line.text)) return line ? whole(text, line) : whole(text);
  if (!line.dash) return line.indent === 0 && topLevelKey.test(line.text) ? empty(text, lines, line) : undefined;
  const column = line.indent;
  const headEnd = line.start;
  const starts: number[] = [];
  let fragile = false;
  for (; line; line = lines.afterItems(line, column, starts)) {
    if (line.blank) continue;
    if (lines.isExplicitKey(line)) return undefined;
    if (line.indent === column && line.dash) starts.push(line.start);
    else if (line.indent === 0 && endsItems(lines, line, column)) {
      const documentEnd = isMarker(line.text) ? line.start : endOfDocument(lines, line, text.length);
      return { headEnd, starts, itemsEnd: line.start, documentEnd, column, fragile };
    } else {
      fragile ||= looksTopLevel(line);
      if (lines.isDamagedStart(line, column)) starts.push(line.start);
    }
  }
  return { headEnd, starts, itemsEnd: text.length, documentEnd: text.length, column, fragile };
}

/** `workers:` without a value, other keys behind it. */
function empty(text: string, lines: Lines, line: Line): Cut {
  const end = endOfDocument(lines, line, text.length);
  return { headEnd: end, starts: [], itemsEnd: end, documentEnd: end, column: -1, fragile: false };
}

function endOfDocument(lines: Lines, from: Line, length: number): number {
  for (let line: Line | undefined = from; line; line = lines.after(line)) {
    if (line.indent === 0 && isMarker(line.text)) return line.start;
  }
  return length;
}

/** End of the first document of any text, however it is written: within quotes and block texts a marker ends it too. */
export function firstDocumentEnd(text: string): number {
  const lines = new Lines(text);
  let begun = false;
  for (let line = lines.first(); line; line = lines.after(line)) {
    if (line.indent === 0 && isMarker(line.text)) {
      if (begun) return line.start;
      begun = line.text.replace(/^---|#.*/g, '').trim() !== '';
    } else begun ||= !line.blank && line.first !== '%';
  }
  return text.length;
}

/**
 * Whether a line in the first column ends the list. A half-typed or damaged line must not hide the workers behind it:
 * a line is only believed to be another top-level key when what follows can belong to it.
 */
function endsItems(lines: Lines, line: Line, column: number): boolean {
  if (isMarker(line.text)) return true;
  if (!topLevelKey.test(line.text)) return false;
  let first: Line | undefined;
  for (let next = lines.afterBlanks(line); next; next = lines.afterBlanks(next)) {
    first ??= next;
    if (next.indent === column && next.dash) return first === next && emptyTopLevelKey.test(line.text);
    if (next.indent === 0 && (isMarker(next.text) || topLevelKey.test(next.text))) return true;
  }
  return true;
}

export function looksTopLevel(line: Line): boolean {
  return line.indent === 0 && topLevelKey.test(line.text);
}

export function isMarker(text: string): boolean {
  return /^(?:---|\.\.\.)(?:\s|$)/.test(text);
}

export interface Line {
  readonly start: number;
  /** Behind its line break. */
  readonly next: number;
  /** Spaces before its first other character. */
  readonly indent: number;
  /** Its first character that is no space. */
  readonly first: string;
  /** Empty, or a comment. */
  readonly blank: boolean;
  /** Begins with a dash that makes an item. */
  readonly dash: boolean;
  /** Without its line break. Only lines in the first column have their text: nobody reads the others'. */
  readonly text: string;
}

/** The lines of a text, made as they are asked for. */
export class Lines {
  readonly #text: string;
  /** By column, what finds the line breaks before lines that are not indented deeper than the first key of an item. */
  readonly #breaks: RegExp[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  first(): Line | undefined {
    return this.at(this.#text.charCodeAt(0) === 0xfeff ? 1 : 0);
  }

  after(line: Line): Line | undefined {
    return this.at(line.next);
  }

  afterBlanks(line: Line): Line | undefined {
    let next = this.after(line);
    while (next?.blank) next = this.after(next);
    return next;
  }

  /**
   * The next line that is not indented deeper than the first key of an item, which may end them all. Where a dash in this
   * column begins an item is put into `starts` on the way; what is indented deeper is passed over.
   */
  afterItems(line: Line, column: number, starts: number[]): Line | undefined {
    const text = this.#text;
    const breaks = (this.#breaks[column] ??= new RegExp(`\\n(?! {${column + 2},}[^ \\t])`, 'g'));
    const dash = `${' '.repeat(column)}-`;
    breaks.lastIndex = line.next - 1;
    // Tens of thousands of items may be pasted: nothing is made of each.
    while (breaks.test(text)) {
      const start = breaks.lastIndex;
      if (!text.startsWith(dash, start) || !isSpace(text, start + dash.length)) return this.at(start);
      starts.push(start);
    }
    return undefined;
  }

  /**
   * Whether a line cannot belong to the item above, for it is not indented deeper, or for it is the `id` of an item that
   * lost its dash. Cut off, it does not break the item above.
   */
  isDamagedStart(line: Line, column: number): boolean {
    if (line.blank) return false;
    const text = this.#text;
    let at = line.start + line.indent;
    if (line.first !== '\t') return line.indent <= column || (line.indent === column + 1 && text.startsWith('id:', at));
    // What a tab indents has no column: only what stands where an item would begin is one.
    while (text.charCodeAt(at) === 9 || text.charCodeAt(at) === 32) at++;
    const behind = at - line.start - column;
    return (behind === 0 && text.startsWith('- ', at)) || (behind <= 2 && text.startsWith('id:', at));
  }

  /** `? key`, with its value on a line below. */
  isExplicitKey(line: Line): boolean {
    const next = line.first === '?' && line.indent === 0 ? this.afterBlanks(line) : undefined;
    return next?.first === ':' && next.indent === 0;
  }

  /** The line that begins at an offset. */
  at(start: number): Line | undefined {
    const text = this.#text;
    if (start >= text.length) return undefined;
    const newline = text.indexOf('\n', start);
    const next = newline < 0 ? text.length : newline + 1;
    let at = start;
    while (at < next && text.charCodeAt(at) === 32) at++;
    const first = at < next ? text.charAt(at) : '';
    const blank = first === '' || first === '\n' || first === '\r' || first === '#';
    const dash = first === '-' && isSpace(text, at + 1);
    const indent = at - start;
    const line = indent === 0 && !blank ? text.slice(start, next).replace(/\r?\n$/, '') : '';
    return { start, next, indent, first, blank, dash, text: line };
  }
}

/** What may follow a dash that makes an item: the end of the text too. */
function isSpace(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === 32 || code === 9 || code === 10 || code === 13 || at >= text.length;
}
