/** What one line says: its dashes, its key and the value behind it. */
export interface LineParts {
  readonly dashes: readonly number[];
  /** Column of what follows the dashes. */
  readonly column: number;
  /** The same as an index into the line: a tab is one character, two columns. */
  readonly from: number;
  readonly key?: string;
  /** What follows the colon. */
  readonly value: string;
}

const keyPattern =
  /^("(?:[^"\\]|\\.)*"|'[^']*'|[^\s#"'[\]{},&*!|>@`:-][^\s:#]*(?:[ \t]+[^\s:#]+)*|-[^\s:#]+)[ \t]*:(?=\s|$)/;

export function partsOf(line: string): LineParts {
  const dashes: number[] = [];
  let from = /^[ \t]*/.exec(line)?.[0].length ?? 0;
  for (;;) {
    const dash = /^-(?:[ \t]+|$)/.exec(line.slice(from));
    if (!dash) break;
    dashes.push(columnOf(line, from));
    from += dash[0].length;
  }
  const column = columnOf(line, from);
  const content = line.slice(from);
  if (content.startsWith('#')) return { dashes, column: columnOf(line, line.length), from: line.length, value: '' };
  // YAML allows no longer keys.
  const key = keyPattern.exec(content.slice(0, 1100));
  if (!key) return { dashes, column, from, value: content };
  const value = content.slice(key[0].length).replace(/^[ \t]+/, '');
  return { dashes, column, from, key: unquote(key[1] ?? ''), value };
}

export function columnOf(line: string, index: number): number {
  let column = 0;
  for (let at = 0; at < index; at++) column += line.charCodeAt(at) === 9 ? 2 : 1;
  return column;
}

export function unquote(key: string): string {
  return /^(["']).*\1$/.test(key) ? key.slice(1, -1) : key;
}

/** The lines above an offset, nearest first, blank ones and comments left out. */
export function linesAbove(text: string, lineStart: number): () => Generator<string> {
  return function* () {
    let end = lineStart - 1;
    while (end >= 0) {
      const start = text.lastIndexOf('\n', end - 1) + 1;
      const line = text.slice(start, end).replace(/\r$/, '');
      if (/[^\s]/.test(line) && !/^\s*#/.test(line)) yield line;
      end = start - 1;
    }
  };
}

export function inComment(line: string, at: number): boolean {
  let quote = '';
  for (let index = 0; index < at; index++) {
    const char = line.charAt(index);
    if (quote !== '') {
      if (char === quote) quote = '';
    } else if ((char === '"' || char === "'") && /[\s[{,:-]|^$/.test(line.charAt(index - 1))) quote = char;
    else if (char === '#' && (index === 0 || /\s/.test(line.charAt(index - 1)))) return true;
  }
  return false;
}
