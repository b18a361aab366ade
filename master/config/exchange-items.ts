import { AnchorScope, replacedBehind } from './anchor-scope.ts';
import type { PartList } from './part-list.ts';
import { Piece } from './piece.ts';
import type { Recut } from './recut-items.ts';
import { hasAnchor } from './syntax/cut-items.ts';
import { type Anchors, isSame, noAnchors, type Node } from './syntax/node.ts';

/** The items of a file. */
export interface Items {
  readonly pieces: PartList<Piece>;
  /** How many nodes the anchors in them stand for. */
  readonly anchored: number;
}

export interface Exchanged extends Items {
  /** The pieces that are no more. */
  readonly gone: readonly Piece[];
  /** Those that have come, but for what the edit itself brought. */
  readonly replaced: readonly Piece[];
}

/** Anchors in the items that stand for more nodes than this would take too much memory: the file is read as a whole. */
export const mostAnchored = 500_000;

/**
 * The items after an edit: besides those it touched, others are only exchanged where an anchor that they use means
 * something else now. Undefined where the file has to be cut anew. `before` are the anchors above all of them.
 */
export function exchangeItems({ pieces, anchored }: Items, before: Anchors, recut: Recut): Exchanged | undefined {
  const { first, last, text, starts } = recut;
  const gone: Piece[] = [];
  for (const piece of pieces.from(first)) if (gone.push(piece) > last - first) break;
  const [edited] = gone;
  const earlier = anchored > 0 ? anchorsUpTo(pieces, first) : noAnchors;
  const had = new Set(edited?.aliases);
  // Nearly always the item had the alias already.
  const lookUp = (name: string): Node | undefined =>
    had.has(name) ? edited?.anchors.get(name) : (earlier.get(name) ?? before.get(name));
  const scope = new AnchorScope(before, anchored > 0 ? lookUp : undefined);
  let left = anchored;
  let exchanged: PartList<Piece>;
  if (hasAnchor(text)) {
    const fresh = starts.map((start, index) =>
      scope.pass(scope.next(text.slice(start, starts[index + 1] ?? text.length))),
    );
    exchanged = pieces.replaced(first, last + 1, fresh);
    for (const piece of fresh) left += piece.anchored;
  } else {
    const anchors = scope.of(text);
    exchanged = pieces.replacedByCut(first, last + 1, { text, starts, make: (own) => new Piece(own, anchors) });
  }
  const replaced = replacedBehind(changedNames(gone, scope, lookUp), pieces.from(last + 1));
  if (!replaced) return undefined;
  for (const piece of gone) left -= piece.anchored;
  for (const [old, now] of replaced) left += now.anchored - old.anchored;
  if (left > mostAnchored) return undefined;
  if (replaced.size > 0) exchanged = exchanged.changed((piece) => replaced.get(piece) ?? piece);
  gone.push(...replaced.keys());
  return { pieces: exchanged, anchored: left, gone, replaced: [...replaced.values()] };
}

/** More questions than these are not looked for one by one. */
const fewQuestions = 30;

/** The anchors in the items before one: an edit asks for one or two of them, a paste maybe for thousands. */
function anchorsUpTo(pieces: PartList<Piece>, end: number): Pick<Anchors, 'get'> {
  let asked = 0;
  let all: Map<string, Node> | undefined;
  const gathered = () => {
    const found = new Map<string, Node>();
    let left = end;
    for (const { defined } of pieces.from(0)) {
      if (left-- === 0) break;
      for (const [name, node] of defined) found.set(name, node);
    }
    return found;
  };
  return {
    get: (name) => {
      if (++asked > fewQuestions) return (all ??= gathered()).get(name);
      return pieces.lastBefore(end, ({ defined }) => defined.has(name))?.defined.get(name);
    },
  };
}

/** Names that stand for something else behind the items that an edit touched, with what they stand for now. */
function changedNames(
  gone: readonly Piece[],
  scope: AnchorScope,
  lookUp: (name: string) => Node | undefined,
): Map<string, Node | undefined> {
  const old = new Map(gone.flatMap(({ defined }) => [...defined]));
  const changed = new Map<string, Node | undefined>();
  for (const name of new Set([...old.keys(), ...scope.names])) {
    const now = scope.get(name);
    if (!isSame(old.get(name) ?? lookUp(name), now)) changed.set(name, now);
  }
  return changed;
}
