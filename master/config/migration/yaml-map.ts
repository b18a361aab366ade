import { type Document, isMap, isPair, isScalar, isSeq, Pair, Scalar, visit, YAMLMap, type YAMLSeq } from 'yaml';

// Moving keys within the library's own tree keeps comments, anchors and the way values are written.

/** A mapping's pair for a key. */
export function pairOf(map: YAMLMap | undefined, key: string): Pair | undefined {
  return map?.items.find((pair) => isScalar(pair.key) && pair.key.value === key);
}

export function mapAt(map: YAMLMap | undefined, ...path: readonly string[]): YAMLMap | undefined {
  let current = map;
  for (const key of path) {
    const value = pairOf(current, key)?.value;
    if (!isMap(value)) return undefined;
    current = value;
  }
  return current;
}

export function scalarAt(map: YAMLMap | undefined, key: string): Scalar | undefined {
  const value = pairOf(map, key)?.value;
  return isScalar(value) ? value : undefined;
}

/** The mapping at a path, made where it is missing; undefined where something else stands there. */
export function makeMap(map: YAMLMap, ...path: readonly string[]): YAMLMap | undefined {
  let current = map;
  for (const key of path) {
    const pair = pairOf(current, key);
    const value = pair?.value;
    if (isMap(value)) current = value;
    else if (pair && !(isScalar(value) && value.value === null)) return undefined;
    else {
      const made = new YAMLMap();
      if (pair) pair.value = made;
      else current.add(new Pair(new Scalar(key), made));
      current = made;
    }
  }
  return current;
}

/** Takes a pair out of one mapping and puts it under another name into another; false where that name is taken. */
export function movePair(from: YAMLMap, pair: Pair, to: YAMLMap | undefined, name: string): boolean {
  if (!to || pairOf(to, name)) return false;
  if (from === to) {
    if (isScalar(pair.key)) pair.key.value = name;
    return true;
  }
  from.items.splice(from.items.indexOf(pair), 1);
  if (isScalar(pair.key)) pair.key.value = name;
  to.add(pair);
  return true;
}

/** Takes mappings out that lost everything they had. */
export function removeEmpty(map: YAMLMap, key: string): void {
  const pair = pairOf(map, key);
  if (isMap(pair?.value) && pair.value.items.length === 0) map.items.splice(map.items.indexOf(pair), 1);
}

export function rangeOfKey(pair: Pair): { readonly start: number; readonly end: number } | undefined {
  if (!isPair(pair) || !isScalar(pair.key) || !pair.key.range) return undefined;
  return { start: pair.key.range[0], end: pair.key.range[1] };
}

/** As the library writes it, with everything that was not touched as it stands in the text it was read from. */
export function writeDocument(document: Document, text: string): string {
  visit(document, {
    Pair: (_, pair) => {
      keepBlock(pair, text);
    },
    Collection: (_, node) => {
      const dash = /^-( {2,})\S/.exec(node.range ? text.slice(node.range[0], node.range[0] + mostPadding) : '');
      if (!node.flow && dash) keepDashes(node, (dash[1] ?? '').slice(1));
      if (node.flow) keepPadding(node, node.range ? /\s/.test(text.charAt(node.range[0] + 1)) : false);
    },
  });
  const options = {
    lineWidth: 0,
    flowCollectionPadding: false,
    indent: columnsOfLevel(text),
    indentSeq: !dashesBelowKeys.test(text),
    // Of one worker alone: what its aliases refer to stands elsewhere in its file.
    verifyAliasOrder: false,
  };
  // Comments of several lines keep the returns that they were read with.
  const written = document.toString(options).replaceAll('\r\n', '\n');
  const column = columnOfList(document, text);
  return column === undefined ? written : listAtColumn(written, column);
}

/** Where the dashes of the workers stood in the text that a file was read from. */
function columnOfList({ contents }: Document, text: string): number | undefined {
  const list = isMap(contents) ? contents.get('workers') : undefined;
  if (!isSeq(list) || list.flow || !list.range) return undefined;
  const [start] = list.range;
  const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  return /^ *$/.test(before) ? before.length : undefined;
}

/** The library knows one indentation for a whole document: the list of the workers may have another one. */
function listAtColumn(written: string, column: number): string {
  const lines = written.split('\n');
  const first = lines.findIndex((line) => /^workers[ \t]*:/.test(line)) + 1;
  const dash = lines.slice(first).find((line) => /^ *- /.test(line));
  if (first === 0 || dash === undefined) return written;
  const by = column - dash.search(/-/);
  const length = lines.slice(first).findIndex((line) => line !== '' && !/^[ #-]/.test(line));
  const end = length < 0 ? lines.length : first + length;
  const list = lines.slice(first, end).map((line) => moved(line, by));
  return [...lines.slice(0, first), ...list, ...lines.slice(end)].join('\n');
}

/** How many columns most blocks of a text stand behind their keys. */
function columnsOfLevel(text: string): number {
  const counts = new Map<number, number>();
  for (const [, spaces = '', dashes = '', below = ''] of text.matchAll(blockBelowKey)) {
    const columns = below.length - spaces.length - dashes.length;
    if (columns > 0) counts.set(columns, (counts.get(columns) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, one], [, other]) => other - one);
  return most?.[0] ?? 2;
}

const blockBelowKey =
  /^( *)((?:- +)*)[^\s#-][^\n]*:[ \t]*(?:#[^\n]*)?\r?\n(?=(?:[ \t]*(?:#[^\n]*)?\r?\n)*( +)[^\s#-])/gm;

const dashesBelowKeys = /^(?!#)( *)[^\s#-].*:[ \t]*(?:#.*)?\r?\n\1- /m;

/** More spaces nobody writes behind a dash. */
const mostPadding = 32;

/** The library writes one space behind a dash; what stands below it moves with it. */
function keepDashes(node: YAMLMap | YAMLSeq, more: string): void {
  const { toString } = Object.getPrototypeOf(node) as YAMLMap;
  node.toString = function (context, ...rest) {
    const indent = context?.indent ?? '';
    const lines = toString.call(this, context, ...rest).split('\n');
    const moved = lines.map((line, index) => {
      const own = index === 0 ? indent + line : line;
      const written = own.startsWith(`${indent}- `)
        ? `${indent}- ${more}${own.slice(indent.length + 2)}`
        : own.startsWith(`${indent} `)
          ? more + own
          : own;
      return index === 0 ? written.slice(indent.length) : written;
    });
    return moved.join('\n');
  };
}

/**
 * The library writes the comment behind a key on a line of its own, and knows one distance between keys and the blocks
 * below them for a whole document.
 */
function keepBlock(pair: Pair, text: string): void {
  const { key, value } = pair;
  if (!isScalar(key) || !key.range || !(isMap(value) || isSeq(value)) || value.flow) return;
  const rest = text.slice(key.range[1], text.indexOf('\n', key.range[1]) + 1);
  const gap = /^[ \t]*:(?:[ \t]+[&!]\S+)*([ \t]+)#/.exec(rest)?.[1];
  const below = value.range ? columnOfBlock(text, value.range[0]) : undefined;
  const distance = below === undefined ? undefined : below - columnAt(text, key.range[0]);
  if (gap === undefined && distance === undefined) return;
  const { toString } = Object.getPrototypeOf(pair) as Pair;
  pair.toString = function (context, ...more) {
    const written = toString.call(this, context, ...more);
    const joined =
      gap === undefined
        ? written
        : written.replace(/^([^\n]*:(?: [&!]\S+)*)\n *#/, (_, line: string) => `${line}${gap}#`);
    return distance === undefined ? joined : blockAtColumn(joined, (context?.indent ?? '').length + distance);
  };
}

function columnAt(text: string, offset: number): number {
  return offset - text.lastIndexOf('\n', offset - 1) - 1;
}

/** The column of a block that begins on a line of its own. */
function columnOfBlock(text: string, start: number): number | undefined {
  const column = columnAt(text, start);
  return text.slice(start - column, start).trim() === '' ? column : undefined;
}

/** A key and the block below it, moved to a column. */
function blockAtColumn(written: string, column: number): string {
  const [head = '', ...lines] = written.split('\n');
  const first = lines.find((line) => /^ *[^ #]/.test(line));
  if (first === undefined) return written;
  const by = column - first.search(/\S/);
  return [head, ...lines.map((line) => moved(line, by))].join('\n');
}

function moved(line: string, by: number): string {
  if (line === '') return line;
  return by > 0 ? ' '.repeat(by) + line : line.slice(Math.min(-by, line.search(/[^ ]|$/)));
}

/** The library knows one padding for a whole document. */
function keepPadding(node: YAMLMap | YAMLSeq, padded: boolean): void {
  const { toString } = Object.getPrototypeOf(node) as YAMLMap;
  // Called with the node it is asked of, which may be a copy.
  node.toString = function (context, ...rest) {
    const own = context && { ...context, flowCollectionPadding: padded ? ' ' : '' };
    return toString.call(this, own, ...rest);
  };
}
