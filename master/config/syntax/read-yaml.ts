import { type Alias, isAlias, isMap, isPair, isScalar, isSeq, type Pair, parseDocument } from 'yaml';
import type { Document, Node as YamlNode, YAMLMap } from 'yaml';
import { removeEntry } from '../edits.ts';
import { closingBracket, type Mend, mend, tabIndented } from './mend.ts';
import { tooDeepAt } from './nesting.ts';
import {
  type Anchors,
  type Entry,
  noAnchors,
  type Node,
  placedAt,
  type ScalarNode,
  type SyntaxFault,
  type Tree,
} from './node.ts';

/** Following aliases may multiply a document; past so many nodes that stand for others the rest of those is cut off. */
const mostFollowed = 300_000;

/** In a text that is no YAML at all one fault leads to the next; past the first of them they tell nothing. */
const mostFaults = 100;

/**
 * Reads any YAML text, the first document of it. Slower than `readPlainYaml`, but knows the whole language. `known` are
 * anchors that stand before the text.
 */
export function readYaml(text: string, known: Anchors = noAnchors): Tree {
  const deep = tooDeepAt(text);
  if (deep !== undefined) {
    const message = 'Brackets are nested too deeply from here on: is a closing one missing?';
    return { root: undefined, faults: [{ message, start: deep, end: deep + 1 }] };
  }
  let document: Document.Parsed;
  try {
    document = parseDocument(text, { prettyErrors: false, uniqueKeys: false, logLevel: 'silent', stringKeys: false });
  } catch (error) {
    // The library throws on a few documents that it composes partly, such as very deep nesting.
    const why = error instanceof Error ? error.message : String(error);
    return { root: undefined, faults: [{ message: `This cannot be read as YAML: ${why}.`, start: 0, end: 0 }] };
  }
  const reader = new Reader(document, text, known);
  const root = document.contents ? reader.node(document.contents, undefined) : undefined;
  const errors = document.errors.filter((error) => error.code !== 'MULTIPLE_DOCS');
  // Text with very many faults is no configuration: looking for remedies there would only cost time.
  const mendable = text.length < 100_000 && errors.length <= 20;
  const faults = errors
    .slice(0, mostFaults)
    .map((error) => syntaxFault(error.code, error.message, error.pos, text, mendable))
    // A line that a tab indents has one fault, whatever follows from it.
    .filter(({ start }, index, all) => {
      const before = all[index - 1];
      return !before || !mendable || !tabIndented(text, start) || text.lastIndexOf('\n', start - 1) >= before.end;
    });
  const { anchors } = reader;
  return { root, faults: [...faults, ...reader.faults], ...(anchors.length > 0 ? { anchors } : {}) };
}

interface Range {
  readonly start: number;
  readonly end: number;
}

class Reader {
  readonly faults: SyntaxFault[] = [];
  readonly anchors: (readonly [string, Node])[] = [];
  readonly #document: Document.Parsed;
  readonly #text: string;
  readonly #known: Anchors;
  readonly #following = new Set<YamlNode>();
  #followed = 0;

  constructor(document: Document.Parsed, text: string, known: Anchors) {
    this.#document = document;
    this.#text = text;
    this.#known = known;
  }

  /** `within` is the range of the alias that led here; everything below it takes that range. */
  node(node: unknown, within: Range | undefined): Node {
    const read = this.#node(node, within);
    if (!within) this.#note(node, read);
    return read;
  }

  #note(node: unknown, read: Node): void {
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    if (anchor !== undefined) this.anchors.push([anchor, read]);
  }

  #node(node: unknown, within: Range | undefined): Node {
    if (within) this.#followed++;
    const range = within ?? this.#range(node);
    if (isAlias(node)) return this.#alias(node, within);
    if (isMap(node)) {
      const flow = node.flow === true;
      const entries = this.#entries(node, within);
      // Block collections end with their last child, so that white space and comments behind it are not theirs.
      const end = flow || within ? range.end : Math.max(range.start, ...lastEnds(entries.filter((one) => !one.merged)));
      return { kind: 'map', start: range.start, end, flow, entries };
    }
    if (isSeq(node)) {
      const flow = node.flow === true;
      const items =
        within && this.#followed > mostFollowed ? [] : node.items.map((item) => this.#item(item, within, range));
      const end = flow || within ? range.end : Math.max(range.start, items.at(-1)?.end ?? 0);
      return { kind: 'sequence', start: range.start, end, flow, items };
    }
    return scalar(node, range, this.#text, within !== undefined);
  }

  #item(item: unknown, within: Range | undefined, parent: Range): Node {
    if (!isPair(item)) {
      const node = this.node(item, within ?? (hasRange(item) ? undefined : parent));
      if (within || node.kind !== 'scalar' || node.value !== null || node.end > node.start) return node;
      // An item without a value stands right behind its dash.
      const dash = this.#text.lastIndexOf('-', node.start - 1);
      return dash < parent.start ? node : { kind: 'scalar', start: dash + 1, end: dash + 1, value: null };
    }
    const entry = this.#entry(item, within, parent.end);
    return { kind: 'map', start: entry.key.start, end: entry.value.end, flow: true, entries: [entry] };
  }

  #entries(map: YAMLMap, within: Range | undefined): Entry[] {
    if (within && this.#followed > mostFollowed) return [];
    const entries: Entry[] = [];
    const seen = new Map<string, ScalarNode>();
    const merged: Entry[] = [];
    const end = this.#range(map).end;
    for (const pair of map.items) {
      const entry = this.#entry(pair, within, end);
      if (entry.key.value === '<<' && entry.key.source === '<<') {
        merged.push(...this.#merged(entry));
        continue;
      }
      const text = String(entry.key.value);
      const first = seen.get(text);
      if (first && !within) {
        this.faults.push({
          message: `The key "${text}" is written twice in one mapping: remove one of them.`,
          start: entry.key.start,
          end: entry.key.end,
          duplicateOf: { start: first.start, end: first.end },
          mends: [...this.#duplicateMends(text, entry, entries)],
        });
      } else seen.set(text, entry.key);
      entries.push(entry);
    }
    for (const entry of merged) if (!seen.has(String(entry.key.value))) entries.push(entry);
    return entries;
  }

  *#duplicateMends(name: string, second: Entry, entries: readonly Entry[]): Generator<Mend> {
    const first = entries.find(({ key }) => String(key.value) === name);
    yield { title: `Remove this "${name}"`, edits: [removeEntry(this.#text, second)] };
    if (first) yield { title: `Remove the first "${name}"`, edits: [removeEntry(this.#text, first)] };
  }

  #merged(entry: Entry): Entry[] {
    const range = { start: entry.key.start, end: entry.key.end };
    const sources = entry.value.kind === 'sequence' ? entry.value.items : [entry.value];
    return sources
      .filter((source) => source.kind === 'map')
      .flatMap((source) => source.entries)
      .map(({ key, value }) => ({ key: { ...key, ...range }, value, merged: true }));
  }

  #entry(pair: Pair, within: Range | undefined, mapEnd: number): Entry {
    const key = this.#key(pair.key, within, mapEnd);
    const value = pair.value !== null && hasRange(pair.value) ? this.node(pair.value, within) : undefined;
    const empty = value?.kind === 'scalar' && value.value === null && value.end === value.start;
    if (value && (!empty || within)) return { key, value };
    // A key without a value has it right behind its colon.
    const colon = /^[ \t]*:/.exec(this.#text.slice(key.end, key.end + 100))?.[0].length ?? 0;
    const at = within ?? { start: key.end + colon, end: key.end + colon };
    return { key, value: { kind: 'scalar', ...at, value: null } };
  }

  #key(key: unknown, within: Range | undefined, mapEnd: number): ScalarNode {
    if (isScalar(key)) {
      const read = scalar(key, within ?? this.#range(key), this.#text, within !== undefined);
      if (!within) this.#note(key, read);
      return read;
    }
    const range = within ?? (hasRange(key) ? this.#range(key) : { start: mapEnd, end: mapEnd });
    // A mapping or a sequence as key: no format of ours has one, so its text names it.
    return { kind: 'scalar', ...range, value: this.#text.slice(range.start, range.end) };
  }

  #alias(alias: Alias, within: Range | undefined): Node {
    const range = within ?? this.#range(alias);
    const target = alias.resolve(this.#document);
    const known = target ? undefined : this.#known.get(alias.source);
    if (known) return placedAt(known, range);
    if (!target || this.#following.has(target) || this.#followed > mostFollowed) {
      if (target && !within) this.faults.push({ message: `*${alias.source} refers to itself.`, ...range });
      else if (!target && !within) this.faults.push(unknownAnchor(alias.source, range, this.#text));
      return { kind: 'scalar', ...range, value: target ? null : `*${alias.source}` };
    }
    this.#following.add(target);
    const node = this.node(target, range);
    this.#following.delete(target);
    return node;
  }

  #range(node: unknown): Range {
    const range = hasRange(node) ? node.range : undefined;
    if (!range) return { start: 0, end: 0 };
    return { start: range[0], end: range[1] };
  }
}

function unknownAnchor(name: string, range: Range, text: string): SyntaxFault {
  const edits = [{ ...range, newText: JSON.stringify(text.slice(range.start, range.end)) }];
  return {
    message: `*${name} refers to an anchor &${name}, and nothing above it has one: write the anchor first, or put a text into quotes.`,
    ...range,
    mends: [{ title: 'Put it into quotes', edits }],
  };
}

function lastEnds(entries: readonly Entry[]): number[] {
  const last = entries.at(-1);
  return last ? [last.value.end, last.key.end] : [];
}

function hasRange(node: unknown): node is { readonly range: readonly [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}

function scalar(node: unknown, range: Range, text: string, elsewhere: boolean): ScalarNode {
  if (!isScalar(node)) return { kind: 'scalar', ...range, value: null };
  const raw: unknown = node.value;
  const plain = node.type === 'PLAIN';
  const source = plain ? (node.source ?? (elsewhere ? undefined : text.slice(range.start, range.end))) : undefined;
  const value =
    typeof raw === 'string' || typeof raw === 'number' || typeof raw === 'boolean'
      ? raw
      : raw === null || raw === undefined
        ? null
        : typeof raw === 'bigint'
          ? Number(raw)
          : (source ?? '');
  return source === undefined ? { kind: 'scalar', ...range, value } : { kind: 'scalar', ...range, value, source };
}

const sentences: Readonly<Record<string, string>> = {
  BAD_INDENT: 'The indentation does not fit: keys of one mapping begin in one column.',
  TAB_AS_INDENT: 'A tab indents this line: YAML allows only spaces.',
  MISSING_CHAR: 'Something is missing here: a closing quote, a comma, a bracket or a colon.',
  UNEXPECTED_TOKEN: 'This does not fit here.',
  MULTILINE_IMPLICIT_KEY: 'A key must stand on one line: is a colon or a closing quote missing?',
  BLOCK_AS_IMPLICIT_KEY:
    'A nested mapping cannot begin on the line of its key: put it on the next line, indented deeper.',
};

function syntaxFault(
  code: string,
  message: string,
  pos: readonly [number, number],
  text: string,
  mendable: boolean,
): SyntaxFault {
  // What is missing at the end of the text is marked at its last visible character.
  const visible = text.trimEnd().length;
  const start = Math.min(Math.max(pos[0], 0), Math.max(0, visible - 1));
  const newline = text.indexOf('\n', start);
  const lineEnd = newline < 0 ? text.length : newline - (text.charAt(newline - 1) === '\r' ? 1 : 0);
  const end = Math.max(start, Math.min(Math.max(pos[1], start + 1), Math.max(lineEnd, start)));
  const detail = message.replace(/ at line \d+, column \d+:?[\s\S]*$/, '').replace(/\.?$/, '.');
  const mended = mendable ? mend(code, detail, start, text) : undefined;
  const more = mended ? { mends: [mended] } : {};
  if (mendable && tabIndented(text, start)) return { message: sentences['TAB_AS_INDENT'] ?? '', start, end, ...more };
  const open = closingBracket(detail);
  if (open !== undefined) {
    return { message: `A bracket is open here: the closing "${open}" is missing.`, start, end, ...more };
  }
  const known = sentences[code];
  return { message: known ? `${known} (${detail})` : `Not valid YAML: ${detail}`, start, end, ...more };
}
