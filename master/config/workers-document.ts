import type { WorkerReading, WorkersFile } from './deployment.ts';
import { type Frame, readFrame } from './frame.ts';
import { shiftProblem } from './make-problem.ts';
import { Piece, shiftNode } from './piece.ts';
import type { Problem, TextEdit } from './problem.ts';
import type { ItemReading, OpenItem } from './read-item.ts';
import { fileProblems } from './rules/file-rules.ts';
import { unsuppressed } from './suppression.ts';
import type { World } from './world.ts';

/**
 * A workers file as text and meaning, never changed: an edit gives the next one, which shares every piece that was
 * not touched. Pieces are read when somebody asks for what they mean.
 */
export class WorkersDocument {
  readonly text: string;
  readonly frame: Frame;
  readonly #world: World;
  readonly #pieces: readonly Piece[];
  #problems: readonly Problem[] | undefined;

  private constructor(text: string, frame: Frame, pieces: readonly Piece[], world: World) {
    this.text = text;
    this.frame = frame;
    this.#pieces = pieces;
    this.#world = world;
  }

  static open(text: string, world: World): WorkersDocument {
    const frame = readFrame(text);
    return new WorkersDocument(
      text,
      frame,
      frame.items.map((item) => pieceOf(text, item)),
      world,
    );
  }

  /** Edits are applied in order, each to the text that the one before it left. */
  edit(edits: readonly TextEdit[]): WorkersDocument {
    let { text } = this;
    for (const { start, end, newText } of edits) text = text.slice(0, start) + newText + text.slice(end);
    const frame = readFrame(text);
    const known = new Map<string, Piece>();
    if (this.frame.cut && frame.cut) for (const piece of this.#pieces) known.set(piece.text, piece);
    const pieces = frame.items.map((item) => known.get(text.slice(item.start, item.end)) ?? pieceOf(text, item));
    return new WorkersDocument(text, frame, pieces, this.#world);
  }

  /** The same text in a world of which these answers changed (see `askingWorld`). */
  refresh(changed: ReadonlySet<string>): WorkersDocument {
    const pieces = this.#pieces.map((piece) => piece.refreshed(changed));
    return new WorkersDocument(this.text, this.frame, pieces, this.#world);
  }

  get size(): number {
    return this.#pieces.length;
  }

  startOf(index: number): number {
    return this.frame.items[index]?.start ?? this.text.length;
  }

  endOf(index: number): number {
    return this.frame.items[index]?.end ?? this.text.length;
  }

  /** Index of the item that holds an offset, or -1. */
  indexAt(offset: number): number {
    let low = 0;
    let high = this.#pieces.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.startOf(middle) <= offset) low = middle;
      else high = middle - 1;
    }
    return this.#pieces.length > 0 && this.startOf(low) <= offset && offset <= this.endOf(low) ? low : -1;
  }

  /** Index of the first worker with an id, or -1. */
  indexOf(id: string): number {
    return this.#pieces.findIndex((piece) => piece.reading(this.#world).id?.value === id);
  }

  /** What is kept of an item; offsets are relative to its start. */
  readingOf(index: number): ItemReading | undefined {
    return this.#pieces[index]?.reading(this.#world);
  }

  /** An item with its tree; offsets are relative to its start. */
  openItem(index: number): OpenItem | undefined {
    return this.#pieces[index]?.open(this.#world);
  }

  /** Reads pieces that were not read yet until told to stop; true when all are read. */
  readSome(stop: () => boolean): boolean {
    for (const piece of this.#pieces) {
      if (piece.isRead) continue;
      if (stop()) return false;
      piece.reading(this.#world);
    }
    return true;
  }

  /** Everything wrong with the file, in the order of the text. */
  get problems(): readonly Problem[] {
    return (this.#problems ??= this.#findProblems());
  }

  /** What the file means: a worker with an error has no `resolved`. */
  toFile(): WorkersFile {
    const refused = new Set<string>();
    for (const { severity, workerId } of this.problems)
      if (severity === 'error' && workerId !== undefined) refused.add(workerId);
    const workers: WorkerReading[] = [];
    this.#pieces.forEach((piece, index) => {
      const { reading, resolved } = piece.open(this.#world);
      if (!reading.id) return;
      const start = this.startOf(index);
      const dash = this.text.indexOf('-', start);
      workers.push({
        id: reading.id.value,
        start: this.frame.cut ? dash : start,
        end: this.endOf(index),
        idStart: start + reading.id.start,
        idEnd: start + reading.id.end,
        ...(resolved && !refused.has(reading.id.value) ? { resolved } : {}),
      });
    });
    return { workers, problems: this.problems, settings: this.frame.settings };
  }

  #findProblems(): readonly Problem[] {
    const found: Problem[] = [...this.frame.problems];
    const readings = this.#pieces.map((piece) => piece.reading(this.#world));
    readings.forEach(({ problems }, index) => {
      for (const one of problems) found.push(shiftProblem(one, this.startOf(index)));
    });
    const placed = readings.map((reading, index) => ({ reading, start: this.startOf(index) }));
    found.push(...fileProblems(placed, this.frame.settings.port));
    const headEnd = this.frame.items[0]?.start ?? this.text.length;
    return [...unsuppressed(found, this.text, headEnd)].sort(
      (a, b) => a.start - b.start || a.end - b.end || (a.code < b.code ? -1 : 1),
    );
  }
}

function pieceOf(text: string, item: Frame['items'][number]): Piece {
  const own = text.slice(item.start, item.end);
  if (!item.tree?.root) return new Piece(own);
  return new Piece(own, { root: shiftNode(item.tree.root, -item.start), faults: item.tree.faults });
}
