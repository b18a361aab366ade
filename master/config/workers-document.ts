import type { WorkerReading, WorkersFile } from './deployment.ts';
import { type Exchanged, exchangeItems } from './exchange-items.ts';
import { FileIndex } from './file-index.ts';
import { expandReplicas, replicaIds } from './replicas.ts';
import { keepAliases } from './keep-aliases.ts';
import { type Frame, readFrame } from './frame.ts';
import { moveProblem, shiftProblem } from './make-problem.ts';
import { onePart, type Opened, Opening, openWhole, partsOf } from './opening.ts';
import type { PartList } from './part-list.ts';
import type { Piece } from './piece.ts';
import type { PieceText, Position } from './piece-text.ts';
import type { Problem, TextEdit } from './problem.ts';
import { type ItemReading, type Mention, type OpenItem, resolvedWorker } from './read-item.ts';
import { type Recut, recutItems } from './recut-items.ts';
import { fileProblems, type PlacedReading } from './rules/file-rules.ts';
import { giveNewIds } from './rules/new-ids.ts';
import { inOneGo, stepThrough, type Steps } from './steps.ts';
import { silencedIn } from './suppression.ts';
import type { World } from './world.ts';

interface Uncounted {
  at(index: number): Piece | undefined;
}

/**
 * A workers file as text and meaning, never changed: an edit gives the next one, which shares every piece that was
 * not touched. Pieces are read when somebody asks for what they mean.
 */
export class WorkersDocument {
  readonly #world: World;
  #state: Opened | Opening;
  /** Head, pieces and tail where the items were cut out, else the whole text as the head. */
  #parts: PieceText | undefined;
  #problems: readonly Problem[] | undefined;
  /** Is at finding them, with the index there is now. */
  #finding: Steps<readonly Problem[]> | undefined;
  /** Has all pieces but those of `#uncounted` from `#counted` on; the next document takes it over. */
  #index: FileIndex | undefined;
  /** All pieces where there is none. */
  #uncounted: Uncounted | undefined;
  #counted = 0;

  private constructor(state: Opened | Opening, world: World, index?: FileIndex, uncounted?: Uncounted) {
    this.#state = state;
    this.#world = world;
    this.#index = index;
    this.#uncounted = uncounted;
  }

  static open(text: string, world: World): WorkersDocument {
    return WorkersDocument.#openWith(text, world, new Map());
  }

  /** `known` are pieces that were read before: their texts may be there still. Each stands for one item at most. */
  static #openWith(text: string, world: World, known: Map<string, Piece>): WorkersDocument {
    const frame = readFrame(text);
    const state = frame.column === undefined ? openWhole(text, frame) : Opening.of(text, frame, known);
    return new WorkersDocument(state, world);
  }

  get frame(): Frame {
    return this.#opened.frame;
  }

  /** How many nodes the anchors in the items stand for, where those were cut out. */
  get anchored(): number {
    return this.#opened.anchored;
  }

  get #pieces(): PartList<Piece> {
    return this.#opened.pieces;
  }

  get #opened(): Opened {
    const state = this.#state;
    return state instanceof Opening ? this.#open(state.inOneGo(this.#world), state.text) : state;
  }

  #open(opened: Opened, text: string): Opened {
    this.#parts = partsOf(opened, text);
    return (this.#state = opened);
  }

  get #text(): PieceText {
    const state = this.#state;
    return (this.#parts ??= state instanceof Opening ? onePart(state.text) : partsOf(state));
  }

  /** Edits are applied in order, each to the text that the one before it left. */
  edit(edits: readonly TextEdit[]): WorkersDocument {
    return edits.reduce<WorkersDocument>((document, edit) => document.#editOnce(edit), this);
  }

  #editOnce(edit: TextEdit): WorkersDocument {
    const state = this.#state;
    const edited = () => this.text.slice(0, edit.start) + edit.newText + this.text.slice(edit.end);
    // Of many edits at once each would have the whole cut anew: only what time was taken for since the last one is taken over.
    if (state instanceof Opening && state.hasBegun) {
      return WorkersDocument.#openWith(edited(), this.#world, state.pieces);
    }
    const { frame, pieces, anchored } = this.#opened;
    const { column, fragile, anchors } = frame;
    const recut = fragile ? undefined : recutItems(this.#text, frame, edit);
    const exchanged = recut && exchangeItems({ pieces, anchored }, anchors, recut);
    if (!exchanged) {
      const known = column === undefined ? [] : pieces.map((piece) => [piece.text, piece] as const);
      return WorkersDocument.#openWith(edited(), this.#world, new Map(known));
    }
    const next = { frame, pieces: exchanged.pieces, anchored: exchanged.anchored };
    const index = this.#index;
    if (!index) return new WorkersDocument(next, this.#world);
    return new WorkersDocument(next, this.#world, index, this.#handOver(index, exchanged, recut));
  }

  /** Takes out of the index what is no more, and gives what it has not counted yet; the next document has it then. */
  #handOver(index: FileIndex, { pieces, gone, replaced }: Exchanged, { first, starts }: Recut): Uncounted {
    const pending = new Set<Piece>();
    const uncounted = this.#uncounted ?? this.#pieces;
    let at = this.#counted;
    for (let piece = uncounted.at(at); piece; piece = uncounted.at(++at)) pending.add(piece);
    for (const removed of gone) {
      if (!pending.delete(removed)) index.remove(removed, removed.reading(this.#world));
    }
    this.#index = undefined;
    this.#finding = undefined;
    this.#uncounted = undefined;
    this.#counted = 0;
    const left = [...pending, ...replaced];
    return {
      at: (nth: number) => {
        if (nth < left.length) return left[nth];
        const fresh = nth - left.length;
        return fresh < starts.length ? pieces.at(first + fresh) : undefined;
      },
    };
  }

  /** The same text in a world of which these answers changed (see `AskingWorld`). */
  refresh(changed: ReadonlySet<string>): WorkersDocument {
    const state = this.#state;
    if (state instanceof Opening) return new WorkersDocument(state.refreshed(changed), this.#world);
    const pieces = state.pieces.changed((piece) => piece.refreshed(changed));
    return new WorkersDocument({ ...state, pieces }, this.#world);
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

  /** Where the items are, where they are no parts of the text, or not yet. */
  get #ranges(): Frame['items'] | undefined {
    const { frame } = this.#state;
    return this.#state instanceof Opening || frame.column === undefined ? frame.items : undefined;
  }

  get size(): number {
    return this.#ranges?.length ?? this.#pieces.size;
  }

  startOf(index: number): number {
    const ranges = this.#ranges;
    return ranges ? (ranges[index]?.start ?? this.length) : this.#text.startOf(index + 1);
  }

  endOf(index: number): number {
    const ranges = this.#ranges;
    return ranges ? (ranges[index]?.end ?? this.length) : this.#text.startOf(index + 2);
  }

  /** The text of an item, from the beginning of its line to that of the next item. */
  textOf(index: number): string {
    const ranges = this.#ranges;
    if (!ranges) return this.#pieces.at(index)?.text ?? '';
    const range = ranges[index];
    return range ? this.text.slice(range.start, range.end) : '';
  }

  /** Index of the item that holds an offset, or -1. */
  indexAt(offset: number): number {
    const index = this.lastBefore(offset);
    return index >= 0 && offset <= this.endOf(index) ? index : -1;
  }

  /** Index of the last item that begins at an offset or before it, or -1. */
  lastBefore(offset: number): number {
    let low = -1;
    let high = this.size - 1;
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

  /** Tells the items apart, and reads those that others may rest on, until told to stop; true when that is done. */
  openSome(stop: () => boolean): boolean {
    for (let state = this.#state; state instanceof Opening; state = this.#state) {
      const opened = state.next(this.#world);
      if (opened) this.#open(opened, state.text);
      else if (stop()) return false;
    }
    return true;
  }

  /** Reads what was not read yet, and finds what is wrong with it, until told to stop; true when all is done. */
  readSome(stop: () => boolean): boolean {
    if (!this.#indexSome(stop)) return false;
    while (!this.#problems) {
      const step = (this.#finding ??= this.#findProblems()).next();
      if (step.done) this.#found(step.value);
      else if (stop()) return false;
    }
    return true;
  }

  #indexSome(stop: () => boolean): boolean {
    if (!this.openSome(stop)) return false;
    const index = (this.#index ??= new FileIndex());
    const uncounted = this.#uncounted ?? this.#pieces;
    for (;;) {
      const piece = uncounted.at(this.#counted);
      if (!piece) return true;
      if (stop()) return false;
      this.#counted++;
      index.add(piece, piece.reading(this.#world));
    }
  }

  /** Everything wrong with the file, in the order of the text. */
  get problems(): readonly Problem[] {
    return (this.#problems ??= this.#found(inOneGo((this.#finding ??= this.#findProblems()))));
  }

  #found(problems: readonly Problem[]): readonly Problem[] {
    this.#finding = undefined;
    return (this.#problems = problems);
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
  #stepThrough(each: (piece: Piece, start: number) => void): Steps<void> {
    const { column, head, items } = this.frame;
    return this.#pieces.stepThrough((piece, index, start) => {
      each(piece, column === undefined ? (items[index]?.start ?? this.length) : head.length + start);
    });
  }

  #fullIndex(): FileIndex {
    this.#indexSome(() => false);
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

  /** The items that are wanted, in the order of the file. */
  *#place(wanted: (reading: ItemReading) => boolean): Steps<readonly PlacedReading[]> {
    const placed: PlacedReading[] = [];
    yield* this.#stepThrough((piece, start) => {
      const reading = piece.reading(this.#world);
      if (wanted(reading)) placed.push({ reading, start });
    });
    return placed;
  }

  *#findProblems(): Steps<readonly Problem[]> {
    const index = this.#fullIndex();
    const found = this.frame.problems.map((one) => moveProblem(one, (start) => this.#placeOf(start) - start));
    const { troubled } = index;
    if (troubled.size > 0) {
      yield* this.#stepThrough((piece, start) => {
        if (!troubled.has(piece)) return;
        for (const one of piece.reading(this.#world).problems) found.push(shiftProblem(one, start));
      });
    }
    yield* giveNewIds(found, index, (wanted) => this.#place(wanted));
    for (const one of yield* fileProblems(index, (wanted) => this.#place(wanted), this.#masterPort())) found.push(one);
    const kept: Problem[] = [];
    const { head, tail, column, anchors } = this.frame;
    const hasAliases = column === undefined || anchors.size > 0 || this.anchored > 0;
    const silencing = index.silencing > 0 || head.includes('hsu-disable-') || tail.includes('hsu-disable-');
    const isSilenced = silencing ? silencedIn(this.text, head.length) : () => false;
    yield* stepThrough(found, (one) => {
      if (!isSilenced(one)) kept.push(hasAliases ? keepAliases(one, this) : one);
    });
    return kept.sort((a, b) => a.start - b.start || a.end - b.end || (a.code < b.code ? -1 : 1));
  }
}

/** Who waits for a worker with replicas waits for each of them. */
function waitingForEach(worker: WorkerReading, groups: ReadonlyMap<string, readonly string[]>): WorkerReading {
  const { resolved } = worker;
  if (!resolved?.config.dependsOn.some((id) => groups.has(id))) return worker;
  const dependsOn = resolved.config.dependsOn.flatMap((id) => groups.get(id) ?? [id]);
  return { ...worker, resolved: { ...resolved, config: { ...resolved.config, dependsOn } } };
}
