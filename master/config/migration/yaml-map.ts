import { type Document, isMap, isPair, isScalar, Pair, Scalar, visit, YAMLMap, type YAMLSeq } from 'yaml';

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
    Collection: (_, node) => {
      if (node.flow) keepPadding(node, node.range ? /\s/.test(text.charAt(node.range[0] + 1)) : false);
    },
  });
  return document.toString({
    lineWidth: 0,
    flowCollectionPadding: false,
    indent: columnsOfLevel(text),
    indentSeq: !dashesBelowKeys.test(text),
    // Of one worker alone: what its aliases refer to stands elsewhere in its file.
    verifyAliasOrder: false,
  });
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

/** The library knows one padding for a whole document. */
function keepPadding(node: YAMLMap | YAMLSeq, padded: boolean): void {
  const { toString } = Object.getPrototypeOf(node) as YAMLMap;
  // Called with the node it is asked of, which may be a copy.
  node.toString = function (context, ...rest) {
    const own = context && { ...context, flowCollectionPadding: padded ? ' ' : '' };
    return toString.call(this, own, ...rest);
  };
}
