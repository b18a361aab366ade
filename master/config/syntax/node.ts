import type { Mend } from './mend.ts';

/**
 * The tree that every rule and feature reads, whichever reader made it. Offsets are relative to the text that was
 * read. Aliases and merge keys are already followed: what they stand for appears in their place, with their range.
 */
export type Node = ScalarNode | MapNode | SequenceNode;

/** Where a node stands, and where what it says is written. */
interface Written {
  readonly start: number;
  readonly end: number;
  /** The anchor that stands before it. */
  readonly anchor?: string;
  /**
   * Absent where it is written in its place. Else how one gets from there to where it is: `*a` goes to an anchor, `&b` on to
   * one in what that stands for.
   */
  readonly via?: readonly string[];
}

export interface ScalarNode extends Written {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /** As written, for plain scalars only: `1.10` stays "1.10". */
  readonly source?: string;
}

export interface MapNode extends Written {
  readonly kind: 'map';
  readonly flow: boolean;
  readonly entries: readonly Entry[];
}

export interface SequenceNode extends Written {
  readonly kind: 'sequence';
  readonly flow: boolean;
  readonly items: readonly Node[];
}

export interface Entry {
  readonly key: ScalarNode;
  /** A key without a value has a null scalar right behind its colon. */
  readonly value: Node;
  /** Came in through a merge key: the entry itself stands elsewhere. */
  readonly merged?: boolean;
}

/** A fault of the YAML itself; `mends` is what would make it good. */
export interface SyntaxFault {
  readonly message: string;
  readonly start: number;
  readonly end: number;
  /** The second of two equal keys, with the place of the first. */
  readonly duplicateOf?: { readonly start: number; readonly end: number };
  readonly mends?: readonly Mend[];
}

export interface Tree {
  readonly root: Node | undefined;
  readonly faults: readonly SyntaxFault[];
  /** The anchors in it, in the order of the text; absent where there is none. */
  readonly anchors?: readonly (readonly [name: string, node: Node])[];
  /** It is part of a text that is no valid YAML there: what was read is not what was meant. */
  readonly torn?: boolean;
}

/** What aliases can refer to that stands outside of the text that is read, by name. */
export type Anchors = ReadonlyMap<string, Node>;

export const noAnchors: Anchors = new Map();

/** What an anchor stands for as it appears in the place of an alias of this name: everything in it takes that range. */
export function placedAt(node: Node, { start, end }: { readonly start: number; readonly end: number }, name: string) {
  return placed(node, { start, end }, [`*${name}`], true);
}

function placed(node: Node, at: Pick<Node, 'start' | 'end'>, before: readonly string[], isFirst = false): Node {
  const way = node.anchor === undefined || isFirst ? before : [...before, `&${node.anchor}`];
  if (node.kind === 'scalar') return placedScalar(node, at, way);
  // Written out key by key: most workers of a file may take in something so, and spreading takes far longer.
  const { start, end } = at;
  const via = onwards(way, node);
  const { kind, flow } = node;
  if (kind === 'sequence') {
    return { kind, start, end, flow, items: node.items.map((item) => placed(item, at, way)), via };
  }
  const entries = node.entries.map((entry): Entry => {
    const key = placedScalar(entry.key, at, way);
    const value = placed(entry.value, at, way);
    return entry.merged ? { key, value, merged: true } : { key, value };
  });
  return { kind, start, end, flow, entries, via };
}

function placedScalar(
  node: ScalarNode,
  { start, end }: Pick<Node, 'start' | 'end'>,
  way: readonly string[],
): ScalarNode {
  const { kind, value, source } = node;
  const via = onwards(way, node);
  return source === undefined ? { kind, start, end, value, via } : { kind, start, end, value, source, via };
}

function onwards(way: readonly string[], { via }: Written): readonly string[] {
  return via ? [...way, ...via] : way;
}

/** Whether two mean the same and are written behind the same anchors, wherever they stand. */
export function isSame(one: Node | undefined, other: Node | undefined): boolean {
  if (one === other) return true;
  if (one?.anchor !== other?.anchor || one?.via?.join(' ') !== other?.via?.join(' ')) return false;
  if (one?.kind === 'scalar')
    return other?.kind === 'scalar' && Object.is(one.value, other.value) && one.source === other.source;
  if (one?.kind === 'sequence') {
    if (other?.kind !== 'sequence' || one.flow !== other.flow || one.items.length !== other.items.length) return false;
    return one.items.every((item, index) => isSame(item, other.items[index]));
  }
  if (one?.kind !== 'map' || other?.kind !== 'map') return false;
  if (one.flow !== other.flow || one.entries.length !== other.entries.length) return false;
  return one.entries.every(({ key, value, merged }, index) => {
    const entry = other.entries[index];
    return entry?.merged === merged && isSame(key, entry?.key) && isSame(value, entry?.value);
  });
}

/** How many nodes there are in one, keys not counted; no further than to a most. */
export function sizeOf(node: Node, most = Infinity): number {
  if (node.kind === 'scalar' || most <= 0) return 1;
  const below = node.kind === 'sequence' ? node.items : node.entries.map(({ value }) => value);
  return below.reduce((sum, one) => (sum > most ? sum : sum + sizeOf(one, most - sum)), 1);
}

/** The text of a key. */
export function keyText(entry: Entry): string {
  return entry.key.source ?? String(entry.key.value);
}

/** The last entry wins, as merge keys demand. */
export function entryOf(node: Node | undefined, key: string): Entry | undefined {
  if (node?.kind !== 'map') return undefined;
  let merged: Entry | undefined;
  for (const entry of node.entries) {
    if (entry.key.value !== key) continue;
    if (!entry.merged) return entry;
    merged ??= entry;
  }
  return merged;
}

/** The value below a path of keys and indexes. */
export function nodeAt(node: Node | undefined, ...path: readonly (string | number)[]): Node | undefined {
  let current = node;
  for (const step of path) {
    if (current?.kind === 'sequence') current = current.items[Number(step)];
    else current = entryOf(current, String(step))?.value;
  }
  return current;
}

/** A scalar as the text its author means: any scalar is accepted where a string is expected. */
export function textOf(node: Node | undefined): string | undefined {
  if (node?.kind !== 'scalar' || node.value === null) return undefined;
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
}

export function isNull(node: Node | undefined): boolean {
  return node?.kind === 'scalar' && node.value === null;
}

/** The plain value a node stands for. */
export function valueOf(node: Node | undefined): unknown {
  switch (node?.kind) {
    case undefined:
      return undefined;
    case 'scalar':
      return node.value;
    case 'sequence':
      return node.items.map(valueOf);
    case 'map': {
      const value: Record<string, unknown> = {};
      for (const entry of node.entries) {
        const key = keyText(entry);
        if (entry.merged && Object.hasOwn(value, key)) continue;
        if (key === '__proto__') Object.defineProperty(value, key, { value: valueOf(entry.value), enumerable: true });
        else value[key] = valueOf(entry.value);
      }
      return value;
    }
  }
}
