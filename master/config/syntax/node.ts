import type { Mend } from './mend.ts';

/**
 * The tree that every rule and feature reads, whichever reader made it. Offsets are relative to the text that was
 * read. Aliases and merge keys are already followed: what they stand for appears in their place, with their range.
 */
export type Node = ScalarNode | MapNode | SequenceNode;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly start: number;
  readonly end: number;
  readonly value: string | number | boolean | null;
  /** As written, for plain scalars only: `1.10` stays "1.10". */
  readonly source?: string;
}

export interface MapNode {
  readonly kind: 'map';
  readonly start: number;
  readonly end: number;
  readonly flow: boolean;
  readonly entries: readonly Entry[];
}

export interface SequenceNode {
  readonly kind: 'sequence';
  readonly start: number;
  readonly end: number;
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
}

/** What aliases can refer to that stands outside of the text that is read, by name. */
export type Anchors = ReadonlyMap<string, Node>;

export const noAnchors: Anchors = new Map();

/** A node as it appears in another place, such as that of an alias: everything in it takes that range. */
export function placedAt(node: Node, { start, end }: { readonly start: number; readonly end: number }): Node {
  switch (node.kind) {
    case 'scalar':
      return { ...node, start, end };
    case 'sequence':
      return { ...node, start, end, items: node.items.map((item) => placedAt(item, { start, end })) };
    case 'map':
      return {
        ...node,
        start,
        end,
        entries: node.entries.map((entry) => ({
          ...entry,
          key: { ...entry.key, start, end },
          value: placedAt(entry.value, { start, end }),
        })),
      };
  }
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
