import { commandWords } from './command-words.ts';
import { didYouMean } from './did-you-mean.ts';
import { addEntry, quoted, removal, removeItem } from './edits.ts';
import { fix, replace } from './make-problem.ts';
import { meantBy } from './other-words.ts';
import type { Fix } from './problem.ts';
import type { SchemaNode } from './schema.ts';
import { type Entry, type MapNode, type Node, type SequenceNode } from './syntax/node.ts';

/** Values that a missing key may be given, best first; the first is safe to write without asking where `sure`. */
export interface Suggestion {
  readonly values: readonly string[];
  readonly sure: boolean;
}

/** The keys that an unknown one may mean, likeliest first. */
export function meantKeys(unknown: string, known: readonly string[]): string[] {
  const meant = meantBy(unknown, known);
  return [...new Set([...(meant === undefined ? [] : [meant]), ...didYouMean(unknown, known)])];
}

/** Renames a key to what may be meant, or takes it out. */
export function unknownKeyFixes(text: string, entry: Entry, known: readonly string[]): Fix[] {
  const close = meantKeys(String(entry.key.value), known);
  const renames = close.map((one, index) => fix(`Change to "${one}"`, [replace(entry.key, one)], index === 0));
  return [...renames, ...removal(text, entry)];
}

/** Writes a key that is missing, with what is suggested for it, or its default. */
export function missingKeyFixes(
  text: string,
  node: MapNode,
  key: string,
  schema: SchemaNode | undefined,
  { values, sure }: Suggestion,
): Fix[] {
  const choices = values.length > 0 ? values : schema?.default === undefined ? [] : [String(schema.default)];
  return choices.flatMap((value, index) => {
    const edit = addEntry(text, node, key, value);
    return edit ? [fix(`Add ${key}: ${value}`, [edit], sure && index === 0)] : [];
  });
}

/** What is close to the word written; where nothing is, each of a few choices. */
export function choiceFixes(node: Node, written: string, choices: readonly string[]): Fix[] {
  const close = didYouMean(written, choices);
  const offered = close.length > 0 ? close : choices.length <= 4 ? choices : [];
  return offered.map((one, index) => fix(`Change to "${one}"`, [replace(node, one)], close.length > 0 && index === 0));
}

/** Each of a few choices, behind a key that has no value yet. */
export function valueFixes(text: string, { key, value }: Entry, choices: readonly string[]): Fix[] {
  const colon = text.indexOf(':', key.end);
  // What says "no value", such as `null`, is written over.
  const at = value.end > value.start ? value : { start: colon + 1, end: colon + 1 };
  if (choices.length > 4 || colon < 0) return [];
  return choices.map((one) => fix(`Change to "${one}"`, [replace(at, at === value ? one : ` ${one}`)]));
}

/** A text where a list has to stand: a list of it, or of its words where nothing but a line of words can be meant. */
export function listFix(node: Node, name: string, written: string): Fix {
  const isWords = name === '"args"' && !/["'\\]/.test(written);
  const items = isWords ? written.trim().split(/\s+/) : [written];
  return fix('Make it a list', [replace(node, `[${items.map((one) => JSON.stringify(one)).join(', ')}]`)], true);
}

/** `command: node server.js` is a program and its arguments: each in its own key, where nothing else can be meant. */
export function commandFixes(
  text: string,
  { key, value }: Entry,
  newer: string,
  absent: readonly string[],
): Fix[] | undefined {
  const words = value.kind === 'scalar' ? commandWords(value.value) : undefined;
  if (newer !== 'executable_path' || !words || !absent.includes('args')) return undefined;
  const source = text.slice(value.start, value.end);
  if (source.includes('\n')) return undefined;
  const lineStart = text.lastIndexOf('\n', key.start - 1) + 1;
  const before = text.slice(lineStart, key.start);
  const flow = /[{,]\s*$/.test(before);
  const line = `${text.includes('\r\n') ? '\r\n' : '\n'}${' '.repeat(before.length)}`;
  const args = `args: [${words.args.map((word) => JSON.stringify(word)).join(', ')}]`;
  const edits = [replace(key, newer), replace(value, `${quoted(words.program, source)}${flow ? ', ' : line}${args}`)];
  return [fix('Split into "executable_path" and "args"', edits, true)];
}

/** The nearest number that is allowed. */
export function boundFixes(node: Node, keyword: string, limit: number, integer: boolean): Fix[] {
  const exclusive = keyword.startsWith('exclusive');
  if (exclusive && !integer) return [];
  const nearest = exclusive ? limit + (keyword === 'exclusiveMinimum' ? 1 : -1) : limit;
  return [fix(`Change to ${nearest}`, [replace(node, String(nearest))])];
}

export function repeatedItemFix(text: string, list: SequenceNode, index: number): Fix {
  return fix('Remove the second one', [removeItem(text, list, index)], true);
}
