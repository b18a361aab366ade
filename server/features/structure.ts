import { type FoldingRange, FoldingRangeKind, type Position, type SelectionRange } from 'vscode-languageserver-types';
import type { Node } from '../../master/config/syntax/node.ts';
import { readTree } from '../../master/config/read-tree.ts';
import { type OpenDocument, rangeOf, textOfDocument } from '../document.ts';
import type { Work } from './work.ts';

/** Whatever is indented below a line folds into it, and so do comments of several lines: told by columns alone. */
export function* foldingRanges(document: OpenDocument): Work<FoldingRange[]> {
  if (document.kind === 'foreign') return [];
  const open: { readonly column: number; readonly line: number; readonly dash: boolean }[] = [];
  const found: FoldingRange[] = [];
  let lastContent = -1;
  let comments = -1;
  const closeTo = (column: number, before: number) => {
    for (let top = open.at(-1); top && top.column >= column; top = open.at(-1)) {
      open.pop();
      if (before > top.line) found.push({ startLine: top.line, endLine: before });
    }
  };
  let number = -1;
  for (const line of linesOf(textOfDocument(document))) {
    if (++number % 500 === 0) yield;
    const column = line.search(/\S/);
    if (column < 0) continue;
    if (line.charAt(column) === '#') {
      if (comments < 0) comments = number;
      continue;
    }
    if (comments >= 0 && number - comments > 1) {
      found.push({ startLine: comments, endLine: number - 1, kind: FoldingRangeKind.Comment });
    }
    comments = -1;
    // `key:` and the dashes below it may stand in one column.
    const dash = /^-(?:\s|$)/.test(line.slice(column, column + 2));
    const parent = open.at(-1);
    if (!(dash && parent?.column === column && !parent.dash)) closeTo(column, lastContent);
    else if (parent.line !== lastContent) closeTo(column + 1, lastContent);
    open.push({ column: dash && parent?.column === column ? column + 1 : column, line: number, dash });
    lastContent = number;
  }
  closeTo(0, lastContent);
  return found.sort((a, b) => a.startLine - b.startLine || b.endLine - a.endLine);
}

function* linesOf(text: string): Generator<string> {
  for (let start = 0; start <= text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    yield text.slice(start, text.charCodeAt(end - 1) === 13 ? Math.max(start, end - 1) : end);
    start = end + 1;
  }
}

/** From the word to its value, its entry, its mapping and so on up to the whole file. */
export function selectionRanges(document: OpenDocument, positions: readonly Position[]): SelectionRange[] {
  return positions.map((position) => {
    const offset = document.places.offsetAt(position);
    const text = textOfDocument(document);
    const spans: { start: number; end: number }[] = [{ start: 0, end: text.length }];
    const add = (start: number, end: number) => {
      const last = spans.at(-1);
      if (last && start >= last.start && end <= last.end && (start > last.start || end < last.end))
        spans.push({ start, end });
    };
    const { root, base } = treeAround(document, offset);
    descend(root, base, offset, add);
    const innermost = spans.at(-1);
    if (innermost && innermost.start === 0 && innermost.end === text.length) add(offset, offset);
    return (
      spans.reduce<SelectionRange | undefined>(
        (parent, span) => ({ range: rangeOf(document, span), ...(parent && { parent }) }),
        undefined,
      ) ?? { range: { start: position, end: position } }
    );
  });
}

function treeAround(document: OpenDocument, offset: number): { root: Node | undefined; base: number } {
  if (document.kind !== 'workers') return { root: readTree(document.places.getText()).root, base: 0 };
  const index = document.workers.indexAt(offset);
  return { root: document.workers.openItem(index)?.node, base: index < 0 ? 0 : document.workers.startOf(index) };
}

function descend(
  node: Node | undefined,
  base: number,
  offset: number,
  add: (start: number, end: number) => void,
): void {
  if (!node || offset < base + node.start || offset > base + node.end) return;
  add(base + node.start, base + node.end);
  if (node.kind === 'sequence') for (const item of node.items) descend(item, base, offset, add);
  if (node.kind !== 'map') return;
  for (const { key, value, merged } of node.entries) {
    if (merged || offset < base + key.start || offset > base + Math.max(key.end, value.end)) continue;
    add(base + key.start, base + Math.max(key.end, value.end));
    if (offset <= base + key.end) add(base + key.start, base + key.end);
    else descend(value, base, offset, add);
  }
}
