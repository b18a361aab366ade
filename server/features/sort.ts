import type { TextEdit } from '../../master/config/problem.ts';
import { keysOf, workerSchema } from '../../master/config/schema.ts';
import { hasAlias } from '../../master/config/syntax/cut-items.ts';
import { keyText } from '../../master/config/syntax/node.ts';
import type { OpenWorkersFile } from '../document.ts';

/** Workers in the order of their ids; comments before a worker go with it. Nothing where order has a meaning. */
export function sortWorkers({ workers }: OpenWorkersFile): readonly TextEdit[] {
  if (workers.frame.column === undefined || workers.size < 2) return [];
  const start = workers.startOf(0);
  const end = workers.endOf(workers.size - 1);
  // An anchor has to come before its aliases.
  if (workers.anchored > 0 && hasAlias(workers.slice(start, end))) return [];
  const blocks: { readonly id: string; readonly lead: string; readonly body: string }[] = [];
  const gaps: string[] = [];
  let lead = '';
  for (let index = 0; index < workers.size; index++) {
    const text = workers.textOf(index);
    const { body, gap, comments } = parted(text, workers.openItem(index)?.node?.end ?? text.length);
    blocks.push({ id: workers.readingOf(index)?.id?.value ?? '', lead, body });
    const isLast = index === workers.size - 1;
    gaps.push(isLast ? gap + comments : gap);
    lead = comments;
  }
  const sorted = [...blocks].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  if (sorted.every((block, index) => block === blocks[index])) return [];
  const newline = workers.textOf(0).includes('\r\n') ? '\r\n' : '\n';
  const written = sorted
    .map(({ lead: before, body }, index) => before + withBreak(body, newline) + (gaps[index] ?? ''))
    .join('');
  const whole = workers.slice(start, end);
  return [{ start, end, newText: /\n$/.test(whole) ? written : written.replace(/\r?\n$/, '') }];
}

/** Keys of the worker at an offset in the order of the format; comments before a key go with it. */
export function sortKeys({ workers }: OpenWorkersFile, offset: number): readonly TextEdit[] {
  const index = workers.indexAt(offset);
  const node = workers.openItem(index)?.node;
  if (node?.kind !== 'map' || node.flow || node.entries.some(({ merged }) => merged)) return [];
  const text = workers.textOf(index);
  const order = keysOf(workerSchema);
  const rank = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length);
  const first = node.entries[0]?.key.start ?? 0;
  const indent = ' '.repeat(first - (text.lastIndexOf('\n', first - 1) + 1));
  let at = first;
  const parts = node.entries.map((entry) => {
    const end = lineBehind(text, Math.max(entry.key.end, entry.value.end));
    const part = { key: keyText(entry), text: text.slice(at, end) };
    at = end;
    return part;
  });
  const sorted = [...parts].sort((a, b) => rank(a.key) - rank(b.key));
  if (sorted.every((part, position) => part === parts[position]) || /[&*]\w/.test(text)) return [];
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const written = sorted
    .map((part, position) => {
      const bare = part === parts[0] ? part.text : part.text.slice(indent.length);
      return withBreak(position === 0 ? bare : indent + bare, newline);
    })
    .join('');
  const base = workers.startOf(index);
  const end = /\n$/.test(text.slice(first, at)) ? written : written.replace(/\r?\n$/, '');
  return [{ start: base + first, end: base + at, newText: end }];
}

/** An item's own lines, the blank lines behind it, and the comments that belong to what follows. */
function parted(text: string, nodeEnd: number): { body: string; gap: string; comments: string } {
  const end = lineBehind(text, nodeEnd);
  const rest = text.slice(end);
  const comment = rest.search(/^[ \t]*#/m);
  const from = comment < 0 ? rest.length : comment;
  return { body: text.slice(0, end), gap: rest.slice(0, from), comments: rest.slice(from) };
}

function lineBehind(text: string, offset: number): number {
  const newline = text.indexOf('\n', text.charAt(offset - 1) === '\n' ? offset - 1 : offset);
  return newline < 0 ? text.length : newline + 1;
}

function withBreak(text: string, newline: string): string {
  return text.endsWith('\n') ? text : text + newline;
}
