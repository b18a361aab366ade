import type { TextEdit } from '../../master/config/problem.ts';
import { type Node, valueOf } from '../../master/config/syntax/node.ts';
import { readTree } from '../../master/config/read-tree.ts';

/** A column, and the one it becomes. */
export interface Level {
  readonly column: number;
  readonly now: number;
}

interface Context {
  readonly text: string;
  /** Lines that continue a scalar or a flow collection, by number: their content keeps its shape. */
  readonly continued: ReadonlySet<number>;
  /** Gaps between a colon or dash and its value, by line. */
  readonly gaps: ReadonlyMap<number, readonly { readonly start: number; readonly end: number }[]>;
}

/**
 * The edits that give a text two columns for each level and one space behind a colon: of white space only. Undefined
 * when the text is no valid YAML or would mean something else afterwards. `base` is the column its root stands in; `dashes`
 * where the dashes of the file's workers stand and will stand, for comments before the next one.
 */
export function formatPiece(text: string, base: number, dashes?: Level, unit = 2): TextEdit[] | undefined {
  const before = readTree(text);
  if (!before.root && text.trim() === '') return [];
  if (!before.root || before.faults.some((fault) => !fault.duplicateOf) || text.includes('\t')) return undefined;
  const edits = editsOf(contextOf(text, before.root), base, dashes, unit);
  return edits.length === 0 || sameMeaning(text, applyEdits(text, edits)) ? edits : undefined;
}

export function sameMeaning(before: string, after: string): boolean {
  const [one, other] = [readTree(before), readTree(after)];
  return one.faults.length === other.faults.length && stable(one.root) === stable(other.root);
}

export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let at = 0;
  for (const { start, end, newText } of edits) {
    result += text.slice(at, start) + newText;
    at = end;
  }
  return result + text.slice(at);
}

function stable(root: Node | undefined): string {
  return JSON.stringify(valueOf(root)) ?? '';
}

function contextOf(text: string, root: Node): Context {
  const lineStarts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1);
  const lineOf = (offset: number) => {
    let low = 0;
    let high = lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  const continued = new Set<number>();
  const gaps = new Map<number, { start: number; end: number }[]>();
  const keep = ({ start, end }: Node) => {
    const last = lineOf(Math.max(start, end - 1));
    for (let line = lineOf(start) + 1; line <= last; line++) continued.add(line);
  };
  const visit = (node: Node): void => {
    if (node.kind === 'scalar' || node.flow) keep(node);
    if (node.kind === 'sequence') node.items.forEach(visit);
    if (node.kind !== 'map') return;
    for (const { key, value, merged } of node.entries) {
      if (merged || value.start < key.end) continue;
      const between = /^[ ]*:([ ]{2,})(?=\S)/.exec(text.slice(key.end, value.start + 1));
      if (between && !node.flow) {
        const end = key.end + between[0].length;
        const line = lineOf(key.end);
        gaps.set(line, [...(gaps.get(line) ?? []), { start: end - (between[1] ?? '').length, end }]);
      }
      visit(value);
    }
  };
  visit(root);
  return { text, continued, gaps };
}

function editsOf(
  { text, continued, gaps }: Context,
  base: number,
  dashes: Level | undefined,
  unit: number,
): TextEdit[] {
  const edits: TextEdit[] = [];
  const replace = (start: number, end: number, newText: string) => {
    if (text.slice(start, end) !== newText) edits.push({ start, end, newText });
  };
  const stack: Level[] = [];
  let shift = 0;
  let number = 0;
  const waiting: { readonly start: number; readonly column: number }[] = [];
  for (let start = 0; start < text.length; number++) {
    const newline = text.indexOf('\n', start);
    const next = newline < 0 ? text.length : newline + 1;
    const end = newline < 0 ? text.length : newline - (text.charAt(newline - 1) === '\r' ? 1 : 0);
    const line = text.slice(start, end);
    const column = line.search(/\S/);
    const visible = line.trimEnd().length;
    if (continued.has(number)) {
      if (column >= 0) replace(start, start + column, ' '.repeat(Math.max(0, column + shift)));
    } else if (column < 0) replace(start, end, '');
    else if (line.charAt(column) === '#') {
      waiting.push({ start, column });
      replace(start + visible, end, '');
    } else if (line.startsWith('---') || line.startsWith('%') || line.charCodeAt(0) === 0xfeff)
      replace(start + visible, end, '');
    else {
      const now = place(stack, column, base, unit);
      shift = now - column;
      for (const comment of waiting.splice(0)) {
        const wanted =
          comment.column === column
            ? now
            : (stack.find((level) => level.column === comment.column)?.now ?? comment.column);
        replace(comment.start, comment.start + comment.column, ' '.repeat(wanted));
      }
      replace(start, start + column, ' '.repeat(now));
      let at = column;
      let target = now;
      for (
        let dash = /^-( *)(?=\S)/.exec(line.slice(at));
        dash && /^-(?: |$)/.test(line.slice(at));
        dash = /^-( *)(?=\S)/.exec(line.slice(at))
      ) {
        const gap = (dash[1] ?? '').length;
        replace(start + at + 1, start + at + 1 + gap, ' ');
        at += 1 + gap;
        target += 2;
        stack.push({ column: at, now: target });
        shift = target - at;
      }
      for (const gap of gaps.get(number) ?? []) replace(gap.start, gap.end, ' ');
      replace(start + visible, end, '');
    }
    start = next;
  }
  for (const { start, column } of waiting) {
    if (dashes?.column === column) replace(start, start + column, ' '.repeat(dashes.now));
  }
  return sortedDisjoint(edits);
}

/** The new column of a line: that of its level, or one level deeper than the nearest one above. */
function place(stack: Level[], column: number, base: number, unit: number): number {
  for (let top = stack.at(-1); top && top.column > column; top = stack.at(-1)) stack.pop();
  const top = stack.at(-1);
  if (top?.column === column) return top.now;
  const now = top ? top.now + unit : base;
  stack.push({ column, now });
  return now;
}

function sortedDisjoint(edits: TextEdit[]): TextEdit[] {
  edits.sort((a, b) => a.start - b.start || a.end - b.end);
  return edits.filter((edit, index) => index === 0 || edit.start >= (edits[index - 1]?.end ?? 0));
}
