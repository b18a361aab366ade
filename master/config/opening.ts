import { AnchorScope } from './anchor-scope.ts';
import { type Items, mostAnchored } from './exchange-items.ts';
import { type Frame, readWhole } from './frame.ts';
import { PartList, textPart } from './part-list.ts';
import { Piece, shiftNode } from './piece.ts';
import { PieceText } from './piece-text.ts';
import { hasAnchor } from './syntax/cut-items.ts';
import type { World } from './world.ts';

/** A file with its items, which tell where they are where it was cut. */
export interface Opened extends Items {
  readonly frame: Frame;
}

/**
 * A file that was cut, while its items become pieces one after the other: what the anchors in those before one stand for
 * has to be known, so items that have anchors are read on the way.
 */
export class Opening {
  readonly text: string;
  /** With where its items are. */
  readonly frame: Frame;
  readonly #scope: AnchorScope;
  /** Pieces that were read before: their texts may be there still. Each stands for one item at most. */
  readonly #known: Map<string, Piece>;
  readonly #pieces: Piece[];
  #anchored: number;

  private constructor(
    text: string,
    frame: Frame,
    known: Map<string, Piece>,
    { scope, pieces, anchored }: { scope: AnchorScope; pieces: Piece[]; anchored: number },
  ) {
    this.text = text;
    this.frame = frame;
    this.#known = known;
    this.#scope = scope;
    this.#pieces = pieces;
    this.#anchored = anchored;
  }

  static of(text: string, frame: Frame, known: Map<string, Piece>): Opening {
    return new Opening(text, frame, known, { scope: new AnchorScope(frame.anchors), pieces: [], anchored: 0 });
  }

  get hasBegun(): boolean {
    return this.#pieces.length > 0;
  }

  /** The next items, up to one that had to be read; what was opened once there are no more. */
  next(world: World): Opened | undefined {
    const { items } = this.frame;
    for (let left = atOnce; left > 0; left--) {
      const item = items[this.#pieces.length];
      // Where the items are cut out their pieces tell where they are.
      if (!item)
        return { frame: { ...this.frame, items: [] }, pieces: PartList.of(this.#pieces), anchored: this.#anchored };
      const own = this.text.slice(item.start, item.end);
      const piece = this.#scope.next(own, this.#known.get(own));
      this.#known.delete(own);
      this.#pieces.push(piece);
      if (!hasAnchor(own)) continue;
      piece.reading(world);
      this.#scope.pass(piece);
      this.#anchored += piece.anchored;
      return this.#anchored > mostAnchored ? openWhole(this.text) : undefined;
    }
    return undefined;
  }

  inOneGo(world: World): Opened {
    for (;;) {
      const opened = this.next(world);
      if (opened) return opened;
    }
  }

  /** What can be taken over when the text is opened anew with an edit. */
  get pieces(): Map<string, Piece> {
    const all = new Map(this.#known);
    for (const piece of this.#pieces) all.set(piece.text, piece);
    return all;
  }

  /** The same with pieces that are read again because an answer of the world changed. */
  refreshed(changed: ReadonlySet<string>): Opening {
    const known = new Map<string, Piece>();
    for (const [text, piece] of this.#known) known.set(text, piece.refreshed(changed));
    return new Opening(this.text, this.frame, known, {
      scope: this.#scope.copy(),
      pieces: this.#pieces.map((piece) => piece.refreshed(changed)),
      anchored: this.#anchored,
    });
  }
}

/** Items without anchors between two looks at the clock. */
const atOnce = 256;

/** A file whose items can only be read together. */
export function openWhole(text: string, frame = readWhole(text)): Opened {
  const pieces = frame.items.map(({ start, end, tree }) => {
    const own = text.slice(start, end);
    return new Piece(own, frame.anchors, tree?.root && { ...tree, root: shiftNode(tree.root, -start) });
  });
  return { frame, pieces: PartList.of(pieces), anchored: 0 };
}

/** The text of a file that is still to be opened. */
export function onePart(text: string): PieceText {
  return new PieceText(textPart(text), PartList.of([]), textPart(''), text);
}

/** Head, pieces and tail where the items were cut out, else the whole text as the head. `text` is all of it, where that is known. */
export function partsOf({ frame: { head, tail, column }, pieces }: Opened, text?: string): PieceText {
  if (column === undefined) return onePart(head + tail);
  return new PieceText(textPart(head), pieces, textPart(tail), text);
}
