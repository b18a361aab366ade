import { hasLoneReturn } from './cut-items.ts';
import { longestLine } from './long-lines.ts';
import {
  type Anchors,
  type Entry,
  noAnchors,
  type Node,
  placedAt,
  type ScalarNode,
  sizeOf,
  type Tree,
} from './node.ts';
import { plainValue } from './plain-value.ts';

/**
 * Reads the YAML that nearly every worker is written in: block mappings and sequences, scalars and flow collections
 * of one line, anchors before values, comments. Exactly the tree of `readYaml`, about twenty times as fast; undefined
 * for everything else and for every fault, which `readYaml` then tells. A key that is one of `names` becomes that very
 * string: equal strings that are one are compared at once. Names are words that mean themselves in YAML. `anchors` stand
 * before the text.
 */
export function readPlainYaml(
  text: string,
  names: ReadonlyMap<string, string> = noNames,
  anchors: Anchors = noAnchors,
): Tree | undefined {
  try {
    return new PlainReader(text, names, anchors).read();
  } catch (error) {
    if (error === beyond) return undefined;
    throw error;
  }
}

const noNames: ReadonlyMap<string, string> = new Map();

/** Anchors may stand for much, again and again; past so many nodes `readYaml` keeps count. */
const mostFollowed = 10_000;

/** Thrown where the text leaves the plain part of YAML. */
const beyond = new Error('not plain');

const tab = 9;
const carriageReturn = 13;
const space = 32;
const doubleQuote = 34;
const hash = 35;
const ampersand = 38;
const singleQuote = 39;
const asterisk = 42;
const comma = 44;
const dash = 45;
const colon = 58;
const openBracket = 91;
const backslash = 92;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;

class PlainReader {
  readonly #text: string;
  readonly #names: ReadonlyMap<string, string>;
  readonly #anchors: Anchors;
  /** Of the current line: its first character that counts, and the column that stands in. */
  #at = 0;
  #column = 0;
  /** Without the line break. */
  #lineEnd = 0;
  #nextLine = 0;
  #done = false;
  #depth = 0;
  /** In the order of the text; those whose value is still being read have none. */
  readonly #found: [name: string, node: Node | undefined][] = [];
  #followed = 0;

  constructor(text: string, names: ReadonlyMap<string, string>, anchors: Anchors) {
    this.#text = text;
    this.#names = names;
    this.#anchors = anchors;
  }

  read(): Tree | undefined {
    // A carriage return alone ends a line too.
    if (hasLoneReturn(this.#text)) throw beyond;
    this.#advance();
    if (this.#done) return undefined;
    const root = this.#block();
    if (!this.#done) throw beyond;
    if (this.#found.length === 0) return { root, faults: [] };
    return { root, faults: [], anchors: this.#found.flatMap(([name, node]) => (node ? [[name, node] as const] : [])) };
  }

  /** Goes to the next line that has content. */
  #advance(): void {
    const text = this.#text;
    for (;;) {
      const start = this.#nextLine;
      if (start >= text.length) {
        this.#done = true;
        this.#column = -1;
        return;
      }
      let end = text.indexOf('\n', start);
      if (end < 0) end = text.length;
      this.#nextLine = end + 1;
      if (end > start && text.charCodeAt(end - 1) === carriageReturn) end--;
      let at = start;
      while (at < end && text.charCodeAt(at) === space) at++;
      if (at === end) continue;
      const first = text.charCodeAt(at);
      if (first === hash) continue;
      if (at === start && (first === dash || first === 46 || first === 37)) {
        const marker = text.slice(at, at + 3);
        if (marker === '---' || marker === '...' || first === 37) throw beyond;
      }
      this.#at = at;
      this.#column = at - start;
      this.#lineEnd = end;
      return;
    }
  }

  #block(): Node {
    if (++this.#depth > 60) throw beyond;
    const node = this.#isDash(this.#at) ? this.#sequence() : this.#mapping();
    this.#depth--;
    return node;
  }

  #isDash(at: number): boolean {
    if (this.#text.charCodeAt(at) !== dash) return false;
    return at + 1 === this.#lineEnd || this.#text.charCodeAt(at + 1) === space;
  }

  #sequence(): Node {
    const column = this.#column;
    const start = this.#at;
    const items: Node[] = [];
    let end = start;
    while (this.#column === column && this.#isDash(this.#at)) {
      const behind = this.#at + 1;
      const at = this.#content(behind);
      let item: Node;
      if (at < 0) {
        this.#advance();
        item = this.#column > column ? this.#block() : nothing(behind);
      } else if (this.#text.charCodeAt(at) === ampersand) {
        this.#at = at;
        item = this.#anchored(column);
      } else {
        this.#column += at - this.#at;
        this.#at = at;
        item = this.#isDash(at) || this.#colonBehindKey(at) >= 0 ? this.#block() : this.#inline();
      }
      if (this.#column > column) throw beyond;
      items.push(item);
      ({ end } = item);
    }
    return { kind: 'sequence', start, end, flow: false, items };
  }

  #mapping(): Node {
    const column = this.#column;
    const start = this.#at;
    const entries: Entry[] = [];
    const merged: Entry[] = [];
    let end = start;
    do {
      const colonAt = this.#colonBehindKey(this.#at);
      if (colonAt < 0) throw beyond;
      const key = this.#key(this.#at, colonAt);
      for (const entry of entries) if (entry.key.value === key.value) throw beyond;
      // Looking for equal keys pair by pair must not take forever.
      if (entries.length > 200) throw beyond;
      const at = this.#content(colonAt + 1);
      let value: Node;
      if (at < 0) {
        this.#advance();
        if (this.#column > column) value = this.#block();
        else value = this.#column === column && this.#isDash(this.#at) ? this.#sequence() : nothing(colonAt + 1);
      } else {
        this.#at = at;
        value = this.#text.charCodeAt(at) === ampersand ? this.#anchored(column) : this.#inline();
      }
      if (this.#column > column) throw beyond;
      if (key.value === '<<' && key.source === '<<') {
        merged.push(...mergedEntries(key, value));
        continue;
      }
      entries.push({ key, value });
      ({ end } = value);
    } while (this.#column === column && !this.#isDash(this.#at));
    if (merged.length > 0) {
      const own = new Set(entries.map(({ key }) => String(key.value)));
      entries.push(...merged.filter(({ key }) => !own.has(String(key.value))));
    }
    return { kind: 'map', start, end, flow: false, entries };
  }

  /** An anchor and its value, on the same line or indented deeper than a column on those below. */
  #anchored(column: number): Node {
    anchorName.lastIndex = this.#at;
    const [written, name = ''] = anchorName.exec(this.#text) ?? [];
    if (written === undefined) throw beyond;
    const found: [string, Node | undefined] = [name, undefined];
    this.#found.push(found);
    const at = this.#content(this.#at + written.length);
    let node: Node;
    if (at < 0) {
      this.#advance();
      if (this.#column <= column) throw beyond;
      node = this.#block();
    } else {
      // It would be that of the first key or item alone.
      if (at === this.#at + written.length || this.#isDash(at) || this.#colonBehindKey(at) >= 0) throw beyond;
      if (this.#text.charCodeAt(at) === asterisk) throw beyond;
      this.#at = at;
      node = this.#inline();
    }
    return (found[1] = { ...node, anchor: name });
  }

  /** The first character behind white space that is no comment; -1 at the end of the line. */
  #content(from: number): number {
    let at = from;
    while (at < this.#lineEnd && this.#text.charCodeAt(at) === space) at++;
    if (at === this.#lineEnd) return -1;
    const code = this.#text.charCodeAt(at);
    if (code === tab) throw beyond;
    return code === hash && at > from ? -1 : at;
  }

  /** Where the colon behind a key stands; -1 when the content is no key. */
  #colonBehindKey(from: number): number {
    const text = this.#text;
    const first = text.charCodeAt(from);
    let at = from;
    if (first === doubleQuote || first === singleQuote) {
      at = this.#closingQuote(from, first) + 1;
      while (at < this.#lineEnd && text.charCodeAt(at) === space) at++;
      return text.charCodeAt(at) === colon && this.#endsWord(at + 1) ? at : -1;
    }
    if (first === openBracket || first === openBrace) {
      // A collection as key ends behind its brackets: whatever follows them but a comment is looked at elsewhere.
      return -1;
    }
    for (; at < this.#lineEnd; at++) {
      const code = text.charCodeAt(at);
      // A tab ends a word too, so that `a:\tb` and `-\ta: b` are not what they look like here.
      if (code === tab) throw beyond;
      if (code === colon && this.#endsWord(at + 1)) return at === from ? -1 : at;
      if (code === hash && text.charCodeAt(at - 1) === space && at > from) return -1;
    }
    return -1;
  }

  #endsWord(at: number): boolean {
    return at >= this.#lineEnd || this.#text.charCodeAt(at) === space;
  }

  #key(from: number, colonAt: number): ScalarNode {
    let end = colonAt;
    while (this.#text.charCodeAt(end - 1) === space) end--;
    if (end - from > 1000) throw beyond;
    const first = this.#text.charCodeAt(from);
    if (first === doubleQuote || first === singleQuote) return this.#quoted(from, end);
    const name = this.#names.get(this.#text.slice(from, end));
    if (name !== undefined) return { kind: 'scalar', start: from, end, value: name, source: name };
    return this.#plain(from, end);
  }

  /** A scalar or flow collection up to the end of the line; goes to the next one. */
  #inline(): Node {
    const first = this.#text.charCodeAt(this.#at);
    let node: Node;
    if (first === openBracket || first === openBrace) {
      node = this.#flow();
      if (this.#content(node.end) >= 0) throw beyond;
    } else if (first === doubleQuote || first === singleQuote) {
      node = this.#quoted(this.#at, this.#closingQuote(this.#at, first) + 1);
      if (this.#content(node.end) >= 0) throw beyond;
    } else node = this.#word(this.#at, this.#endOfPlain(this.#at));
    this.#advance();
    return node;
  }

  /** Ends before a comment and trailing white space. */
  #endOfPlain(from: number): number {
    const text = this.#text;
    let end = from;
    for (let at = from; at < this.#lineEnd; at++) {
      const code = text.charCodeAt(at);
      if (code === space) continue;
      if (code === tab) throw beyond;
      if (code === hash && at > from && text.charCodeAt(at - 1) === space) break;
      if (code === colon && this.#endsWord(at + 1)) throw beyond;
      end = at + 1;
    }
    return end;
  }

  #closingQuote(from: number, quote: number): number {
    const text = this.#text;
    for (let at = from + 1; at < this.#lineEnd; at++) {
      const code = text.charCodeAt(at);
      if (code === backslash && quote === doubleQuote) at++;
      else if (code === tab) throw beyond;
      else if (code === quote) {
        if (quote === singleQuote && text.charCodeAt(at + 1) === singleQuote) at++;
        else return at;
      }
    }
    throw beyond;
  }

  #quoted(start: number, end: number): ScalarNode {
    const inner = this.#text.slice(start + 1, end - 1);
    if (this.#text.charCodeAt(start) === singleQuote) {
      return { kind: 'scalar', start, end, value: inner.includes("''") ? inner.replaceAll("''", "'") : inner };
    }
    if (!inner.includes('\\')) return { kind: 'scalar', start, end, value: inner };
    if (!/^(?:[^\\]|\\["\\/bfnrt])*$/.test(inner)) throw beyond;
    const value = inner.replaceAll(/\\(.)/g, (_, char: string) => escapes[char] ?? char);
    return { kind: 'scalar', start, end, value };
  }

  /** A plain scalar, or what an alias stands for. */
  #word(start: number, end: number): Node {
    if (this.#text.charCodeAt(start) !== asterisk) return this.#plain(start, end);
    const name = this.#text.slice(start + 1, end);
    const anchored = this.#anchors.get(name);
    if (!anchored || this.#found.some(([own]) => own === name)) throw beyond;
    this.#followed += sizeOf(anchored, mostFollowed);
    if (this.#followed > mostFollowed) throw beyond;
    return placedAt(anchored, { start, end }, name);
  }

  #plain(start: number, end: number): ScalarNode {
    const text = this.#text;
    const first = text.charCodeAt(start);
    // Indicators, tabs and whatever is not printed begin no plain scalar.
    if (first < 0x24 || first === 0x7f || (first < 0x80 && indicators.has(first))) throw beyond;
    if (first === dash || first === 63 || first === colon) {
      // Alone in brackets they are indicators too.
      if (end - start === 1 || this.#endsWord(start + 1)) throw beyond;
    }
    if (first >= 0xd800 || first === 0x85 || first === 0xa0) throw beyond;
    const source = text.slice(start, end);
    return { kind: 'scalar', start, end, value: plainValue(source, first), source };
  }

  #flow(): Node {
    if (++this.#depth > 60 || this.#lineEnd - this.#at > longestLine) throw beyond;
    const start = this.#at;
    const isList = this.#text.charCodeAt(start) === openBracket;
    const close = isList ? closeBracket : closeBrace;
    const items: Node[] = [];
    const entries: Entry[] = [];
    this.#skip(start + 1);
    while (this.#text.charCodeAt(this.#at) !== close) {
      if (isList) items.push(this.#flowNode());
      else {
        const first = this.#text.charCodeAt(this.#at);
        if (first === openBracket || first === openBrace || first === asterisk) throw beyond;
        const key = this.#flowNode();
        if (key.kind !== 'scalar' || key.value === '<<') throw beyond;
        for (const entry of entries) if (entry.key.value === key.value) throw beyond;
        if (entries.length > 200) throw beyond;
        this.#skip(this.#at);
        if (this.#text.charCodeAt(this.#at) !== colon || !this.#endsWord(this.#at + 1)) throw beyond;
        this.#skip(this.#at + 1);
        const next = this.#text.charCodeAt(this.#at);
        if (next === comma || next === closeBrace) throw beyond;
        entries.push({ key, value: this.#flowNode() });
      }
      this.#skip(this.#at);
      const next = this.#text.charCodeAt(this.#at);
      if (next === comma) this.#skip(this.#at + 1);
      else if (next !== close) throw beyond;
    }
    this.#depth--;
    const end = this.#at + 1;
    this.#at = end;
    return isList
      ? { kind: 'sequence', start, end, flow: true, items }
      : { kind: 'map', start, end, flow: true, entries };
  }

  #flowNode(): Node {
    const start = this.#at;
    const first = this.#text.charCodeAt(start);
    if (first === openBracket || first === openBrace) return this.#flow();
    if (first === doubleQuote || first === singleQuote) {
      const end = this.#closingQuote(start, first) + 1;
      this.#at = end;
      const behind = this.#text.charCodeAt(end);
      if (behind === colon && !this.#endsWord(end + 1)) throw beyond;
      return this.#quoted(start, end);
    }
    let end = start;
    for (let at = start; at < this.#lineEnd; at++) {
      const code = this.#text.charCodeAt(at);
      if (code === space) continue;
      if (code === tab || code === hash || code === openBracket || code === openBrace) throw beyond;
      if (code === comma || code === closeBracket || code === closeBrace) break;
      if (code === colon) {
        if (this.#endsWord(at + 1)) break;
        const behind = this.#text.charCodeAt(at + 1);
        if (behind === comma || behind === closeBracket || behind === closeBrace) throw beyond;
      }
      end = at + 1;
    }
    if (end === start) throw beyond;
    this.#at = end;
    return this.#word(start, end);
  }

  #skip(from: number): void {
    let at = from;
    while (at < this.#lineEnd && this.#text.charCodeAt(at) === space) at++;
    if (at >= this.#lineEnd) throw beyond;
    this.#at = at;
  }
}

const anchorName = /&([\w.-]+)(?=[ \r\n]|$)/y;
/** `"#%&'*!>@[]{}|` and the back tick, comma. */
const indicators = new Set([...'"#%&\'*!>@[]{}|`,'].map((char) => char.charCodeAt(0)));
const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** What a merge key brings, in its own place. */
function mergedEntries({ start, end }: ScalarNode, value: Node): Entry[] {
  const sources = value.kind === 'sequence' ? value.items : [value];
  return sources
    .flatMap((source) => (source.kind === 'map' ? source.entries : []))
    .map((entry) => ({ key: { ...entry.key, start, end }, value: entry.value, merged: true }));
}

function nothing(at: number): ScalarNode {
  return { kind: 'scalar', start: at, end: at, value: null };
}
