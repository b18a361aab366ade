import { countLineBreaks } from './line-breaks.ts';
import { type ItemReading, type OpenItem, readItem } from './read-item.ts';
import { readTree } from './read-tree.ts';
import { aliasNames, hasAlias } from './syntax/cut-items.ts';
import type { Anchors, MapNode, Node, ScalarNode, Tree } from './syntax/node.ts';
import type { World } from './world.ts';

/** The text of one item, and what was read from it. The text never changes; its tree is not kept. */
export class Piece {
  readonly text: string;
  /** Set where the item could only be read together with the rest of its file. */
  readonly #tree: Tree | undefined;
  /** What its aliases refer to. */
  readonly anchors: Anchors;
  #reading: ItemReading | undefined;
  #lines: number | undefined;

  constructor(text: string, anchors: Anchors, tree?: Tree) {
    this.text = text;
    this.anchors = anchors;
    this.#tree = tree;
  }

  /** How many lines end in it. */
  get lines(): number {
    return (this.#lines ??= countLineBreaks(this.text));
  }

  reading(world: World): ItemReading {
    return (this.#reading ??= this.open(world).reading);
  }

  /** Reads once more, with the tree and everything the rules saw. */
  open(world: World): OpenItem {
    const open = readItem(this.text, this.#tree ?? treeOfItem(this.text, this.anchors), world);
    this.#reading ??= open.reading;
    // Counted with each that is read: the lines of all at once would let everything else wait.
    this.#lines ??= countLineBreaks(this.text);
    return open;
  }

  /** The same text, to be read again because one of these answers of the world changed; itself if none concerns it. */
  refreshed(changed: ReadonlySet<string>): Piece {
    const concerned = this.#reading?.asked.some((question) => changed.has(question)) ?? false;
    return concerned ? new Piece(this.text, this.anchors, this.#tree) : this;
  }

  /** The same text where these anchors stand before it, with what was read of it; undefined where it means something else. */
  under(anchors: Anchors): Piece | undefined {
    if (anchors === this.anchors || (anchors.size === 0 && this.anchors.size === 0)) return this;
    const isOther = (name: string) => !isSame(this.anchors.get(name), anchors.get(name));
    if (hasAlias(this.text) && aliasNames(this.text).some(isOther)) return undefined;
    const moved = new Piece(this.text, anchors, this.#tree);
    moved.#reading = this.#reading;
    return moved;
  }
}

function isSame(one: Node | undefined, other: Node | undefined): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
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
