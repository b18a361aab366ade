import type { Fix, TextEdit } from './problem.ts';
import { type Entry, keyText, type MapNode, type SequenceNode } from './syntax/node.ts';

/** Takes a key with its value out of a text: whole lines where it has lines of its own. */
export function removeEntry(text: string, { key, value }: Entry): TextEdit {
  const lineStart = text.lastIndexOf('\n', key.start - 1) + 1;
  const last = Math.max(key.end, value.end);
  const newline = text.indexOf('\n', last);
  const lineEnd = newline < 0 ? text.length : newline + 1;
  const alone = text.slice(lineStart, key.start).trim() === '';
  if (alone && /^[\s:]*(?:#.*)?$/.test(text.slice(last, lineEnd).trimEnd()))
    return { start: lineStart, end: lineEnd, newText: '' };
  // Behind a dash, or within braces: what follows moves into its place.
  const behind = /^:?\s*(?:,\s*)?/.exec(text.slice(last))?.[0].length ?? 0;
  return { start: key.start, end: last + behind, newText: '' };
}

/** Takes an item out of a list: its line where it has one of its own, else the text up to the next comma. */
export function removeItem(text: string, list: SequenceNode, index: number): TextEdit {
  const item = list.items[index];
  if (!item) return { start: list.end, end: list.end, newText: '' };
  if (list.flow) {
    const next = list.items[index + 1];
    const before = list.items[index - 1];
    if (next) return { start: item.start, end: next.start, newText: '' };
    return { start: before ? before.end : item.start, end: item.end, newText: '' };
  }
  const dash = text.lastIndexOf('-', item.start - 1);
  const lineStart = text.lastIndexOf('\n', dash - 1) + 1;
  const newline = text.indexOf('\n', Math.max(item.start, item.end));
  const alone = text.slice(lineStart, dash).trim() === '';
  return { start: alone ? lineStart : dash, end: newline < 0 ? text.length : newline + (alone ? 1 : 0), newText: '' };
}

/** Adds a key to a mapping that has one already: as a line of its own behind the first, or within the braces. */
export function addEntry(text: string, map: MapNode, key: string, value: string): TextEdit | undefined {
  const first = map.entries.find((entry) => !entry.merged);
  if (!first) return undefined;
  const written = `${key}: ${value}`;
  if (map.flow) return { start: first.key.start, end: first.key.start, newText: `${written}, ` };
  const lineStart = text.lastIndexOf('\n', first.key.start - 1) + 1;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const indent = ' '.repeat(first.key.start - lineStart);
  const end = lineEnd(text, first.key.start);
  // An `id` comes first; so does what would stand before a value of several lines.
  if (
    key === 'id' ||
    first.value.kind !== 'scalar' ||
    first.value.end > end ||
    /[|>]/.test(text.slice(first.key.end, end))
  ) {
    return { start: first.key.start, end: first.key.start, newText: written + newline + indent };
  }
  return { start: end, end, newText: newline + indent + written };
}

/** Where the line that holds an offset ends, before its line break. */
export function lineEnd(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  if (newline < 0) return text.length;
  return text.charAt(newline - 1) === '\r' ? newline - 1 : newline;
}

/** The fix that takes a key out, for those who know that they do not need it. */
export function removal(text: string, entry: Entry): Fix[] {
  if (entry.merged) return [];
  return [{ title: `Remove "${keyText(entry)}"`, edits: [removeEntry(text, entry)], preferred: false }];
}

/** A scalar written so that YAML reads exactly this text. */
export function quoted(value: string, like = ''): string {
  const quote = /^["']/.exec(like)?.[0];
  if (quote === "'") return `'${value.replaceAll("'", "''")}'`;
  if (quote === '"' || needsQuotes(value)) return JSON.stringify(value);
  return value;
}

function needsQuotes(value: string): boolean {
  return (
    !/^[A-Za-z0-9_./$][\w .,/@%^+=~$:*-]*$/.test(value) ||
    /:\s|:$|\s#|\s$|^\$\{/.test(value) ||
    /^(?:true|false|null|yes|no|on|off|y|n|~|[-+.\d][\d_.eE+-]*|0[xo][\da-fA-F]+)$/i.test(value)
  );
}
