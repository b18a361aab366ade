import { didYouMean } from './did-you-mean.ts';
import { addEntry, removal, removeItem } from './edits.ts';
import { fix, replace } from './make-problem.ts';
import type { Fix } from './problem.ts';
import type { SchemaNode } from './schema.ts';
import { type Entry, type MapNode, type Node, type SequenceNode } from './syntax/node.ts';

/** Values that a missing key may be given, best first; the first is safe to write without asking where `sure`. */
export interface Suggestion {
  readonly values: readonly string[];
  readonly sure: boolean;
}

/** Renames a key to what may be meant, or takes it out. */
export function unknownKeyFixes(text: string, entry: Entry, known: readonly string[]): Fix[] {
  const close = didYouMean(String(entry.key.value), known);
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
