import type { Document } from 'yaml';
import type { TextEdit } from '../problem.ts';
import type { Node } from '../syntax/node.ts';
import { writeDocument } from './yaml-map.ts';

/** The edit that puts a changed document in the place of the text it was read from: only lines that differ. */
export function rewritten(text: string, { end }: Pick<Node, 'end'>, document: Document): readonly TextEdit[] {
  const first = Math.max(0, text.search(/\S/));
  const from = text.lastIndexOf('\n', first) + 1;
  const indent = ' '.repeat(first - from);
  const before = bodyOf(text, { end }).slice(from);
  const written = writeDocument(document, text)
    .split('\n')
    .map((line) => (line === '' ? '' : indent + line))
    .join(text.includes('\r\n') ? '\r\n' : '\n');
  const edit = onlyDifferent(before, before.endsWith('\n') ? written : written.replace(/\r?\n$/, ''));
  return edit ? [{ start: from + edit.start, end: from + edit.end, newText: edit.newText }] : [];
}

/** One edit over the lines that are not the same in both texts. */
export function onlyDifferent(before: string, after: string): TextEdit | undefined {
  if (before === after) return undefined;
  const olds = before.split(/(?<=\n)/);
  const news = after.split(/(?<=\n)/);
  let top = 0;
  while (top < olds.length && top < news.length && olds[top] === news[top]) top++;
  let bottom = 0;
  while (bottom < olds.length - top && bottom < news.length - top && olds.at(-1 - bottom) === news.at(-1 - bottom))
    bottom++;
  const length = (lines: readonly string[]) => lines.reduce((sum, line) => sum + line.length, 0);
  const start = length(olds.slice(0, top));
  return {
    start,
    end: start + length(olds.slice(top, olds.length - bottom)),
    newText: news.slice(top, news.length - bottom).join(''),
  };
}

/** A text without what follows its last line: comments there belong to what comes next. */
export function bodyOf(text: string, { end }: Pick<Node, 'end'>): string {
  // A block scalar ends behind its last line break.
  const newline = text.indexOf('\n', text.charAt(end - 1) === '\n' ? end - 1 : end);
  return newline < 0 ? text : text.slice(0, newline + 1);
}
