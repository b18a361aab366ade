import type { TextEdit } from './problem.ts';
import type { Entry } from './syntax/node.ts';

/** Takes a key with its value out of a text: whole lines where it has lines of its own. */
export function removeEntry(text: string, { key, value }: Entry): TextEdit {
  const lineStart = text.lastIndexOf('\n', key.start - 1) + 1;
  const last = Math.max(key.end, value.end);
  const newline = text.indexOf('\n', last);
  const lineEnd = newline < 0 ? text.length : newline + 1;
  const alone = text.slice(lineStart, key.start).trim() === '';
  if (alone && /^[\s:]*(?:#.*)?$/.test(text.slice(last, lineEnd)))
    return { start: lineStart, end: lineEnd, newText: '' };
  // Behind a dash, or within braces: what follows moves into its place.
  const behind = /^:?\s*(?:,\s*)?/.exec(text.slice(last))?.[0].length ?? 0;
  return { start: key.start, end: last + behind, newText: '' };
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
