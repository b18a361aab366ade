import { Piece } from './piece.ts';
import { aliasNames } from './syntax/cut-items.ts';
import { type Anchors, isSame, noAnchors, type Node } from './syntax/node.ts';

/** The anchors that stand before an item, as items are gone through in the order of the file. */
export class AnchorScope {
  readonly #before: Anchors;
  /** What stands before the first of the items, where there are other anchors than `#before`. */
  readonly #lookUp: ((name: string) => Node | undefined) | undefined;
  readonly #passed = new Map<string, Node>();
  #last = noAnchors;

  constructor(before: Anchors, lookUp?: (name: string) => Node | undefined) {
    this.#before = before;
    this.#lookUp = lookUp;
  }

  get(name: string): Node | undefined {
    return this.#passed.get(name) ?? (this.#lookUp ? this.#lookUp(name) : this.#before.get(name));
  }

  /** Names of what the items had that were gone through. */
  get names(): Iterable<string> {
    return this.#passed.keys();
  }

  /** What the aliases of a text refer to; many items share what is the same for them. */
  of(text: string): Anchors {
    if (!this.#lookUp && !this.#mayUsePassed(text)) return this.#before;
    const names = aliasNames(text);
    if (names.length === 0 || names.every((name) => this.get(name) === this.#before.get(name))) return this.#before;
    const last = this.#last;
    const isLast = last.size <= names.length && names.every((name) => this.get(name) === last.get(name));
    return isLast ? last : (this.#last = picked(names, (name) => this.get(name)));
  }

  /** Most items use none of a few anchors: to know that takes no look at the names in them. */
  #mayUsePassed(text: string): boolean {
    if (this.#passed.size > 8) return true;
    for (const name of this.#passed.keys()) if (text.includes(`*${name}`)) return true;
    return false;
  }

  /** The item that comes next, still to be passed; `known` is one with the same text that was read before. */
  next(text: string, known?: Piece): Piece {
    const anchors = this.of(text);
    return known?.under(anchors) ?? new Piece(text, anchors);
  }

  pass(piece: Piece): Piece {
    for (const [name, node] of piece.defined) this.#passed.set(name, node);
    return piece;
  }

  /** One that goes on from here by itself. */
  copy(): AnchorScope {
    const copy = new AnchorScope(this.#before, this.#lookUp);
    for (const [name, node] of this.#passed) copy.#passed.set(name, node);
    return copy;
  }
}

/** More items than these are read again in steps, with the file opened anew, when they have anchors themselves. */
const mostReadAgain = 100;

/** Pieces that have to be others, because an anchor before them means something else now. */
export type Replaced = ReadonlyMap<Piece, Piece>;

/**
 * Which pieces mean something else after some anchors changed: `changed` are the names with what they stand for now.
 * `behind` are the pieces that follow, in their order. Undefined where only reading all of them tells.
 */
export function replacedBehind(changed: Map<string, Node | undefined>, behind: Iterable<Piece>): Replaced | undefined {
  const replaced = new Map<Piece, Piece>();
  let readAgain = 0;
  if (changed.size === 0) return replaced;
  for (const piece of behind) {
    const next = piece.aliases.some((name) => changed.has(name)) ? underChanged(piece, changed) : piece;
    if (next !== piece) {
      replaced.set(piece, next);
      if (piece.defined.size > 0 && ++readAgain > mostReadAgain) return undefined;
    }
    if (next.defined.size !== piece.defined.size) return undefined;
    for (const [name, node] of piece.defined) {
      const now = next.defined.get(name);
      if (!now) return undefined;
      if (isSame(now, node)) changed.delete(name);
      else changed.set(name, now);
    }
    if (changed.size === 0) break;
  }
  return replaced;
}

function underChanged(piece: Piece, changed: ReadonlyMap<string, Node | undefined>): Piece {
  const names = piece.aliases;
  const anchors = picked(names, (name) => (changed.has(name) ? changed.get(name) : piece.anchors.get(name)));
  return piece.under(anchors) ?? new Piece(piece.text, anchors);
}

function picked(names: readonly string[], of: (name: string) => Node | undefined): Anchors {
  const found = new Map<string, Node>();
  for (const name of names) {
    const node = of(name);
    if (node) found.set(name, node);
  }
  return found.size === 0 ? noAnchors : found;
}
