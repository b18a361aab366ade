import type { WorkerReading, WorkersFile } from './deployment.ts';
import { FileIndex } from './file-index.ts';
import { expandReplicas, replicaIds } from './replicas.ts';
import { keepAliases } from './keep-aliases.ts';
import { type Frame, readFrame } from './frame.ts';
import { moveProblem, shiftProblem } from './make-problem.ts';
import { PartList, textPart } from './part-list.ts';
import { Piece, shiftNode } from './piece.ts';
import { PieceText, type Position } from './piece-text.ts';
import type { Problem, TextEdit } from './problem.ts';
import { type ItemReading, type Mention, type OpenItem, resolvedWorker } from './read-item.ts';
import { recutItems } from './recut-items.ts';
import { fileProblems } from './rules/file-rules.ts';
import { unsuppressed } from './suppression.ts';
import type { Anchors } from './syntax/node.ts';
import type { World } from './world.ts';

/**
 * A workers file as text and meaning, never changed: an edit gives the next one, which shares every piece that was
 * not touched. Pieces are read when somebody asks for what they mean.
 */
export class WorkersDocument {
  readonly frame: Frame;
  readonly #world: World;
  readonly #pieces: PartList<Piece>;
  /** Head, pieces and tail where the items were cut out, else the whole text as the head. */
  readonly #text: PieceText;
  #problems: readonly Problem[] | undefined;
  /** Has all pieces but those of `#uncounted` from `#counted` on; the next document takes it over. */
  #index: FileIndex | undefined;
  #uncounted: { at(index: number): Piece | undefined };
  #counted = 0;

  private constructor(
    frame: Frame,
    pieces: PartList<Piece>,
    world: World,
    text?: string,
    index?: FileIndex,
    uncounted?: readonly Piece[],
  ) {
    this.frame = frame;
    this.#pieces = pieces;
    this.#world = world;
    const { head, tail, column } = frame;
    this.#text =
      column === undefined
        ? new PieceText(textPart(head + tail), PartList.of([]), textPart(''), text)
        : new PieceText(textPart(head), pieces, textPart(tail), text);
    this.#index = index;
    this.#uncounted = uncounted ?? pieces;
  }

  static open(text: string, world: World): WorkersDocument {
    return WorkersDocument.#openWith(text, world, undefined);
  }

  /** `known` are pieces that were read before: their texts may be there still. Each stands for one item at most. */
  static #openWith(text: string, world: World, known: Map<string, Piece> | undefined): WorkersDocument {
    const frame = readFrame(text);
    const pieces = frame.items.map(({ start, end, tree, anchors = frame.anchors }) => {
      const own = text.slice(start, end);
      if (!tree?.root) return takeOut(known, own, anchors) ?? new Piece(own, anchors);
      return new Piece(own, frame.anchors, { root: shiftNode(tree.root, -start), faults: tree.faults });
    });
    // Where the items are cut out their pieces tell where they are.
    const kept = frame.column === undefined ? frame : { ...frame, items: [] };
    return new WorkersDocument(kept, PartList.of(pieces), world, text);
  }

  /** Edits are applied in order, each to the text that the one before it left. */
  edit(edits: readonly TextEdit[]): WorkersDocument {
    return edits.reduce<WorkersDocument>((document, edit) => document.#editOnce(edit), this);
  }

  #editOnce(edit: TextEdit): WorkersDocument {
    const { column, fragile } = this.frame;
    const recut = fragile ? undefined : recutItems(this.#text, this.frame, edit);
    if (!recut) {
      const text = this.text.slice(0, edit.start) + edit.newText + this.text.slice(edit.end);
      const known = column === undefined ? undefined : new Map(this.#pieces.map((piece) => [piece.text, piece]));
      return WorkersDocument.#openWith(text, this.#world, known);
    }
    const { first, last, texts } = recut;
    // The same anchors stand before all of them: an edit of an item with an anchor means cutting anew.
    const { anchors = this.frame.anchors } = this.#pieces.at(first) ?? {};
    const fresh = texts.map((text) => new Piece(text, anchors));
    const pieces = this.#pieces.replaced(first, last + 1, fresh);
    const index = this.#index;
    if (!index) return new WorkersDocument(this.frame, pieces, this.#world);
    const pending = new Set<Piece>();
    let at = this.#counted;
    for (let piece = this.#uncounted.at(at); piece; piece = this.#uncounted.at(++at)) pending.add(piece);
    for (let gone = first; gone <= last; gone++) {
      const removed = this.#pieces.at(gone);
      if (removed && !pending.delete(removed)) index.remove(removed, removed.reading(this.#world));
    }
    this.#index = undefined;
    this.#uncounted = this.#pieces;
    this.#counted = 0;
    return new WorkersDocument(this.frame, pieces, this.#world, undefined, index, [...pending, ...fresh]);
  }

  /** The same text in a world of which these answers changed (see `AskingWorld`). */
  refresh(changed: ReadonlySet<string>): WorkersDocument {
    const pieces = this.#pieces.map((piece) => piece.refreshed(changed));
    return new WorkersDocument(this.frame, PartList.of(pieces), this.#world);
  }

  get text(): string {
    return this.#text.text;
  }

  get length(): number {
    return this.#text.length;
  }

  get lineCount(): number {
    return this.#text.lineCount;
  }

  positionAt(offset: number): Position {
    return this.#text.positionAt(offset);
  }

  offsetAt(position: Position): number {
    return this.#text.offsetAt(position);
  }

  getText(range?: { readonly start: Position; readonly end: Position }): string {
    return range ? this.slice(this.offsetAt(range.start), this.offsetAt(range.end)) : this.text;
  }

  slice(start: number, end: number): string {
    return this.#text.slice(start, end);
  }

  /** End of the first YAML document: what follows is not read. */
  get documentEnd(): number {
    return this.#placeOf(this.frame.documentEnd);
  }

  get size(): number {
    return this.#pieces.size;
  }

  startOf(index: number): number {
    if (this.frame.column === undefined) return this.frame.items[index]?.start ?? this.length;
    return this.#text.startOf(index + 1);
  }

  endOf(index: number): number {
    if (this.frame.column === undefined) return this.frame.items[index]?.end ?? this.length;
    return this.#text.startOf(index + 2);
  }

  /** The text of an item, from the beginning of its line to that of the next item. */
  textOf(index: number): string {
    return this.#pieces.at(index)?.text ?? '';
  }

  /** Index of the item that holds an offset, or -1. */
  indexAt(offset: number): number {
    const index = this.lastBefore(offset);
    return index >= 0 && offset <= this.endOf(index) ? index : -1;
  }

  /** Index of the last item that begins at an offset or before it, or -1. */
  lastBefore(offset: number): number {
    let low = -1;
    let high = this.#pieces.size - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.startOf(middle) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Index of the first worker with an id, or of the one that stands for a replica of this id, or -1. */
  indexOf(id: string): number {
    const named = this.#indexesOf(this.#fullIndex().ids.of(id));
    return named.find((index) => this.readingOf(index)?.id?.value === id) ?? named[0] ?? -1;
  }

  /** Indexes of the items that have a name or wait for it, in the order of the file. */
  concernedBy(name: string): readonly number[] {
    return this.#indexesOf(this.#fullIndex().concernedBy(name));
  }

  /** What is kept of an item; offsets are relative to its start. */
  readingOf(index: number): ItemReading | undefined {
    return this.#pieces.at(index)?.reading(this.#world);
  }

  /** An item with its tree; offsets are relative to its start. */
  openItem(index: number): OpenItem | undefined {
    return this.#pieces.at(index)?.open(this.#world);
  }

  /** Reads pieces that were not read yet until told to stop; true when all are read. */
  readSome(stop: () => boolean): boolean {
    const index = (this.#index ??= new FileIndex());
    for (;;) {
      const piece = this.#uncounted.at(this.#counted);
      if (!piece) return true;
      if (stop()) return false;
      this.#counted++;
      index.add(piece, piece.reading(this.#world));
    }
  }

  /** Everything wrong with the file, in the order of the text. */
  get problems(): readonly Problem[] {
    return (this.#problems ??= this.#findProblems());
  }

  /** What the file means: a worker with an error has no `resolved`. */
  toFile(): WorkersFile {
    const refused = new Set<string>();
    for (const { severity, workerId } of this.problems) {
      if (severity === 'error' && workerId !== undefined) refused.add(workerId);
    }
    const workers: WorkerReading[] = [];
    const groups = new Map<string, readonly string[]>();
    this.#pieces.forEach((piece, index) => {
      const open = piece.open(this.#world);
      const { reading } = open;
      if (!reading.id) return;
      const resolved = resolvedWorker(open);
      const start = this.startOf(index);
      const dash = this.frame.column === undefined ? 0 : piece.text.indexOf('-');
      const written = reading.id.value;
      const place = {
        start: start + dash,
        end: this.endOf(index),
        idStart: start + reading.id.start,
        idEnd: start + reading.id.end,
      };
      if (!resolved || refused.has(written)) {
        workers.push({ id: written, ...place, ...(reading.type !== undefined && { type: reading.type }) });
        return;
      }
      if (reading.replicas !== undefined) groups.set(written, replicaIds(written, reading.replicas));
      for (const one of expandReplicas(resolved)) workers.push({ id: one.config.id, ...place, resolved: one });
    });
    const all = groups.size === 0 ? workers : workers.map((worker) => waitingForEach(worker, groups));
    return { workers: all, problems: this.problems, settings: this.frame.settings };
  }

  /** Every piece and where it begins. */
  #forEach(each: (piece: Piece, start: number) => void): void {
    const { column, head, items } = this.frame;
    this.#pieces.forEach((piece, index, start) => {
      each(piece, column === undefined ? (items[index]?.start ?? this.length) : head.length + start);
    });
  }

  #fullIndex(): FileIndex {
    this.readSome(() => false);
    return (this.#index ??= new FileIndex());
  }

  #indexesOf(pieces: Iterable<Piece>): readonly number[] {
    const wanted = new Set(pieces);
    // Thousands may have one id for a moment, when a text was pasted again and again.
    if (wanted.size > 10) {
      const found: number[] = [];
      this.#pieces.forEach((piece, at) => {
        if (wanted.has(piece)) found.push(at);
      });
      return found;
    }
    return Array.from(wanted, (piece) => this.#pieces.indexOf(piece)).sort((a, b) => a - b);
  }

  /** Where something of the frame stands in the whole text: the items are between its head and its tail. */
  #placeOf(offset: number): number {
    const { head, tail } = this.frame;
    return offset < head.length ? offset : offset + this.length - head.length - tail.length;
  }

  #masterPort(): Mention<number> | undefined {
    const { masterPort } = this.frame;
    if (!masterPort) return undefined;
    const start = this.#placeOf(masterPort.start);
    return { ...masterPort, start, end: start + masterPort.end - masterPort.start };
  }

  #findProblems(): readonly Problem[] {
    const index = this.#fullIndex();
    const { head } = this.frame;
    const found = this.frame.problems.map((one) => moveProblem(one, (start) => this.#placeOf(start) - start));
    const { troubled } = index;
    if (troubled.size > 0) {
      this.#forEach((piece, start) => {
        if (!troubled.has(piece)) return;
        for (const one of piece.reading(this.#world).problems) found.push(shiftProblem(one, start));
      });
    }
    const place = (wanted: (reading: ItemReading) => boolean) => {
      const placed: { reading: ItemReading; start: number }[] = [];
      this.#forEach((piece, start) => {
        const reading = piece.reading(this.#world);
        if (wanted(reading)) placed.push({ reading, start });
      });
      return placed;
    };
    found.push(...fileProblems(index, place, this.#masterPort()));
    const silenced = index.silencing > 0 || head.includes('hsu-disable-') || this.frame.tail.includes('hsu-disable-');
    const loud = silenced ? [...unsuppressed(found, this.text, head.length)] : found;
    const { column, anchors, anchored } = this.frame;
    const kept =
      column === undefined || anchors.size > 0 || anchored === 'followed'
        ? loud.map((one) => keepAliases(one, this))
        : loud;
    return kept.sort((a, b) => a.start - b.start || a.end - b.end || (a.code < b.code ? -1 : 1));
  }
}

function takeOut(known: Map<string, Piece> | undefined, text: string, anchors: Anchors): Piece | undefined {
  const found = known?.get(text);
  known?.delete(text);
  return found?.under(anchors);
}

/** Who waits for a worker with replicas waits for each of them. */
function waitingForEach(worker: WorkerReading, groups: ReadonlyMap<string, readonly string[]>): WorkerReading {
  const { resolved } = worker;
  if (!resolved?.config.dependsOn.some((id) => groups.has(id))) return worker;
  const dependsOn = resolved.config.dependsOn.flatMap((id) => groups.get(id) ?? [id]);
  return { ...worker, resolved: { ...resolved, config: { ...resolved.config, dependsOn } } };
}
