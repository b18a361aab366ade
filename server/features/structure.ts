import { type FoldingRange, FoldingRangeKind, type Position, type SelectionRange } from 'vscode-languageserver-types';
import type { Node } from '../../master/config/syntax/node.ts';
import { readYaml } from '../../master/config/syntax/read-yaml.ts';
import { type OpenDocument, rangeOf, textOfDocument } from '../document.ts';

/** Whatever is indented below a line folds into it, and so do comments of several lines: told by columns alone. */
export function foldingRanges(document: OpenDocument): FoldingRange[] {
  if (document.kind === 'foreign') return [];
  const lines = textOfDocument(document).split(/\r?\n/);
  const open: { readonly column: number; readonly line: number }[] = [];
  const found: FoldingRange[] = [];
  let lastContent = -1;
  let comments = -1;
  const closeTo = (column: number, before: number) => {
    for (let top = open.at(-1); top && top.column >= column; top = open.at(-1)) {
      open.pop();
      if (before > top.line) found.push({ startLine: top.line, endLine: before });
    }
  };
  lines.forEach((line, number) => {
    const column = line.search(/\S/);
    if (column < 0) return;
    if (line.charAt(column) === '#') {
      if (comments < 0) comments = number;
    } else {
      if (comments >= 0 && number - comments > 1) {
        found.push({ startLine: comments, endLine: number - 1, kind: FoldingRangeKind.Comment });
      }
      comments = -1;
      // `key:` and the dashes below it may stand in one column.
      const isDash = /^-(?:\s|$)/.test(line.slice(column));
      const parent = open.at(-1);
      if (!(isDash && parent?.column === column && !/^\s*-/.test(lines[parent.line] ?? '')))
        closeTo(column, lastContent);
      else if (parent.line !== lastContent) closeTo(column + 1, lastContent);
      open.push({ column: isDash && parent?.column === column ? column + 1 : column, line: number });
      lastContent = number;
    }
  });
  closeTo(0, lastContent);
  return found.sort((a, b) => a.startLine - b.startLine || b.endLine - a.endLine);
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
  if (document.kind !== 'workers') return { root: readYaml(document.places.getText()).root, base: 0 };
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
