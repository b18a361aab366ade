import { type Alias, isAlias, isMap, isPair, isScalar, isSeq, type Pair, parseDocument } from 'yaml';
import type { Document, YAMLMap } from 'yaml';
import { removeEntry } from '../edits.ts';
import { closingBracket, isKeyWithoutColon, type Mend, mend, openQuote, tabIndented } from './mend.ts';
import { tooDeepAt } from './nesting.ts';
import {
  type Anchors,
  type Entry,
  noAnchors,
  type Node,
  placedAt,
  type ScalarNode,
  sizeOf,
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
  const reader = new Reader(text, known);
  const root = document.contents ? reader.node(document.contents) : undefined;
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

interface Found {
  readonly name: string;
  /** Not there while it is still being read. */
  node: Node | undefined;
}

class Reader {
  readonly faults: SyntaxFault[] = [];
  /** The anchors, in the order of the text. */
  readonly #found: Found[] = [];
  /** What an alias refers to where the reading is now: the last anchor of its name. */
  readonly #latest = new Map<string, Found>();
  readonly #text: string;
  readonly #known: Anchors;
  #followed = 0;

  constructor(text: string, known: Anchors) {
    this.#text = text;
    this.#known = known;
  }

  node(node: unknown): Node {
    return this.#noted(node, () => this.#node(node));
  }

  get anchors(): readonly (readonly [string, Node])[] {
    return this.#found.flatMap(({ name, node }) => (node ? [[name, node] as const] : []));
  }

  /** Notes the anchor of a node before those that are in it. */
  #noted<T extends Node>(node: unknown, read: () => T): T {
    const name = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    if (name === undefined) return read();
    const found: Found = { name, node: undefined };
    this.#found.push(found);
    this.#latest.set(name, found);
    const made = { ...read(), anchor: name };
    found.node = made;
    return made;
  }

  #node(node: unknown): Node {
    const range = this.#range(node);
    if (isAlias(node)) return this.#alias(node);
    if (isMap(node)) {
      const flow = node.flow === true;
      const entries = this.#entries(node);
      // Block collections end with their last child, so that white space and comments behind it are not theirs.
      const end = flow ? range.end : Math.max(range.start, ...lastEnds(entries.filter((one) => !one.merged)));
      return { kind: 'map', start: range.start, end, flow, entries };
    }
    if (isSeq(node)) {
      const flow = node.flow === true;
      const items = node.items.map((item) => this.#item(item, range));
      const end = flow ? range.end : Math.max(range.start, items.at(-1)?.end ?? 0);
      return { kind: 'sequence', start: range.start, end, flow, items };
    }
    return scalar(node, range, this.#text);
  }

  #item(item: unknown, parent: Range): Node {
    if (!isPair(item)) {
      const node = hasRange(item) ? this.node(item) : nothing(parent);
      if (node.kind !== 'scalar' || node.value !== null || node.end > node.start) return node;
      // An item without a value stands right behind its dash.
      const dash = this.#text.lastIndexOf('-', node.start - 1);
      return dash < parent.start ? node : { kind: 'scalar', start: dash + 1, end: dash + 1, value: null };
    }
    const entry = this.#entry(item, parent.end);
    return { kind: 'map', start: entry.key.start, end: entry.value.end, flow: true, entries: [entry] };
  }

  #entries(map: YAMLMap): Entry[] {
    const entries: Entry[] = [];
    const seen = new Map<string, ScalarNode>();
    const merged: Entry[] = [];
    const end = this.#range(map).end;
    for (const pair of map.items) {
      const entry = this.#entry(pair, end);
      if (entry.key.value === '<<' && entry.key.source === '<<') {
        merged.push(...this.#merged(entry));
        continue;
      }
      const text = String(entry.key.value);
      const first = seen.get(text);
      if (first) {
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

  #entry(pair: Pair, mapEnd: number): Entry {
    const key = this.#key(pair.key, mapEnd);
    const value = pair.value !== null && hasRange(pair.value) ? this.node(pair.value) : undefined;
    const empty = value?.kind === 'scalar' && value.value === null && value.end === value.start;
    if (value && !empty) return { key, value };
    // A key without a value has it right behind its colon.
    const colon = /^[ \t]*:/.exec(this.#text.slice(key.end, key.end + 100))?.[0].length ?? 0;
    return { key, value: nothing({ start: key.end + colon, end: key.end + colon }) };
  }

  #key(key: unknown, mapEnd: number): ScalarNode {
    if (isScalar(key)) return this.#noted(key, () => scalar(key, this.#range(key), this.#text));
    const range = hasRange(key) ? this.#range(key) : { start: mapEnd, end: mapEnd };
    // A mapping or a sequence as key: no format of ours has one, so its text names it. There may be anchors in it.
    if (isMap(key) || isSeq(key)) this.node(key);
    return { kind: 'scalar', ...range, value: this.#text.slice(range.start, range.end) };
  }

  #alias(alias: Alias): Node {
    const range = this.#range(alias);
    const { source } = alias;
    const latest = this.#latest.get(source);
    const target = latest ? latest.node : this.#known.get(source);
    if (target) {
      this.#followed += sizeOf(target, mostFollowed);
      return this.#followed > mostFollowed ? nothing(range) : placedAt(target, range, source);
    }
    if (latest) this.faults.push({ message: `*${source} refers to itself.`, ...range });
    else this.faults.push(unknownAnchor(source, range, this.#text));
    return { kind: 'scalar', ...range, value: latest ? null : `*${source}` };
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

function nothing({ start, end }: Range): ScalarNode {
  return { kind: 'scalar', start, end, value: null };
}

function lastEnds(entries: readonly Entry[]): number[] {
  const last = entries.at(-1);
  return last ? [last.value.end, last.key.end] : [];
}

function hasRange(node: unknown): node is { readonly range: readonly [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}

function scalar(node: unknown, range: Range, text: string): ScalarNode {
  if (!isScalar(node)) return nothing(range);
  const raw: unknown = node.value;
  const plain = node.type === 'PLAIN';
  const source = plain ? (node.source ?? text.slice(range.start, range.end)) : undefined;
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
  const quote = code === 'MISSING_CHAR' ? openQuote(detail) : undefined;
  if (quote !== undefined) {
    return { message: `A quote is open here: the closing ${quote} is missing.`, start, end, ...more };
  }
  if (code === 'MISSING_CHAR' && isKeyWithoutColon(detail)) {
    return {
      message: 'A key must be followed by a colon: one is missing, or the space behind it.',
      start,
      end,
      ...more,
    };
  }
  const known = sentences[code];
  return { message: known ? `${known} (${detail})` : `Not valid YAML: ${detail}`, start, end, ...more };
}
