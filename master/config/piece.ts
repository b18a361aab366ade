import { countLineBreaks } from './line-breaks.ts';
import { type ItemReading, type OpenItem, readItem } from './read-item.ts';
import { readTree } from './read-tree.ts';
import { aliasNames, hasAnchor } from './syntax/cut-items.ts';
import {
  type Anchors,
  isSame,
  type MapNode,
  noAnchors,
  type Node,
  type ScalarNode,
  sizeOf,
  type Tree,
} from './syntax/node.ts';
import type { World } from './world.ts';

/** The text of one item, and what was read from it. The text never changes; its tree is not kept. */
export class Piece {
  readonly text: string;
  /** Set where the item could only be read together with the rest of its file. */
  readonly #tree: Tree | undefined;
  /** What its aliases refer to; others may be among them. */
  readonly anchors: Anchors;
  #reading: ItemReading | undefined;
  #lines: number | undefined;
  #aliases: readonly string[] | undefined;
  #defined: Anchors | undefined;

  constructor(text: string, anchors: Anchors, tree?: Tree) {
    this.text = text;
    this.anchors = anchors;
    this.#tree = tree;
  }

  /** How many lines end in it. */
  get lines(): number {
    return (this.#lines ??= countLineBreaks(this.text));
  }

  /** Names that its aliases have, and maybe more. */
  get aliases(): readonly string[] {
    return (this.#aliases ??= aliasNames(this.text));
  }

  /** The anchors in it: of two with one name the later one. Read when somebody asks. */
  get defined(): Anchors {
    if (this.#defined) return this.#defined;
    return (this.#defined = hasAnchor(this.text) ? definedIn(treeOfItem(this.text, this.anchors)) : noAnchors);
  }

  /** How many nodes the anchors in it stand for. */
  get anchored(): number {
    let sum = 0;
    for (const node of this.defined.values()) sum += sizeOf(node);
    return sum;
  }

  reading(world: World): ItemReading {
    return (this.#reading ??= this.open(world).reading);
  }

  /** Reads once more, with the tree and everything the rules saw. */
  open(world: World): OpenItem {
    const tree = this.#tree ?? treeOfItem(this.text, this.anchors);
    const open = readItem(this.text, tree, world);
    this.#reading ??= open.reading;
    this.#defined ??= definedIn(tree);
    // Counted with each that is read: the lines of all at once would let everything else wait.
    this.#lines ??= countLineBreaks(this.text);
    this.#aliases ??= aliasNames(this.text);
    return open;
  }

  /** The same text, to be read again because one of these answers of the world changed; itself if none concerns it. */
  refreshed(changed: ReadonlySet<string>): Piece {
    const concerned = this.#reading?.asked.some((question) => changed.has(question)) ?? false;
    if (!concerned) return this;
    const again = new Piece(this.text, this.anchors, this.#tree);
    again.#defined = this.#defined;
    return again;
  }

  /** Itself where these anchors before it leave it what it is; undefined where it means something else. */
  under(anchors: Anchors): this | undefined {
    const isOther = (name: string) => !isSame(this.anchors.get(name), anchors.get(name));
    return anchors !== this.anchors && this.aliases.some(isOther) ? undefined : this;
  }
}

function definedIn({ anchors }: Tree): Anchors {
  return anchors ? new Map(anchors) : noAnchors;
}

/** The piece of a damaged item does not begin with a dash any more. */
function treeOfItem(text: string, anchors: Anchors): Tree {
  const tree = readTree(text, anchors);
  const start = Math.max(0, text.search(/\S/));
  if (/^-(?:\s|$)/.test(text.slice(start, start + 2))) return tree;
  const message =
    'This line belongs to no worker: a worker begins with a dash and a space, in the column of the others.';
  return { root: undefined, faults: [{ message, start, end: start + 1 }] };
}

/** The same tree about a text that begins `by` characters later. */
export function shiftNode(node: Node, by: number): Node {
  switch (node.kind) {
    case 'scalar':
      return shiftScalar(node, by);
    case 'sequence':
      return { ...node, ...shiftRange(node, by), items: node.items.map((item) => shiftNode(item, by)) };
    case 'map':
      return shiftMap(node, by);
  }
}

export function shiftMap(node: MapNode, by: number): MapNode {
  const entries = node.entries.map((entry) => ({
    ...entry,
    key: shiftScalar(entry.key, by),
    value: shiftNode(entry.value, by),
  }));
  return { ...node, ...shiftRange(node, by), entries };
}

function shiftScalar(node: ScalarNode, by: number): ScalarNode {
  return { ...node, ...shiftRange(node, by) };
}

function shiftRange({ start, end }: Node, by: number): Pick<Node, 'start' | 'end'> {
  return { start: start + by, end: end + by };
}
