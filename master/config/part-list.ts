import { countLineBreaks } from './line-breaks.ts';
import { inOneGo, type Steps } from './steps.ts';

/** A part of a text that begins a line. */
export interface TextPart {
  readonly text: string;
  /** How many lines end in it. */
  readonly lines: number;
}

export function textPart(text: string): TextPart {
  return { text, lines: countLineBreaks(text) };
}

/** Parts that follow one another in a text, from its beginning to its end. */
export interface CutText<T> {
  readonly text: string;
  /** Where each begins. */
  readonly starts: readonly number[];
  readonly make: (text: string) => T;
}

/** How many parts a block is made of; it grows to twice as many before it is cut. */
const usual = 256;

/**
 * Parts that follow one another, in blocks that a list shares with those made of it: to exchange a few of many thousand
 * parts is to copy one block and the short list of blocks. Never changed.
 */
export class PartList<T extends TextPart> {
  readonly #blocks: readonly Block<T>[];
  readonly #counts: Sums;
  readonly #offsets: Sums;
  #lines: Sums | undefined;

  private constructor(blocks: readonly Block<T>[]) {
    this.#blocks = blocks;
    this.#counts = sumsOf(blocks, ({ size }) => size);
    this.#offsets = sumsOf(blocks, ({ length }) => length);
  }

  static of<T extends TextPart>(parts: readonly T[]): PartList<T> {
    return new PartList(inBlocks(parts));
  }

  get size(): number {
    return this.#counts.all;
  }

  /** In characters. */
  get length(): number {
    return this.#offsets.all;
  }

  /** How many lines end in it. */
  get lines(): number {
    return this.#lineCounts.all;
  }

  at(index: number): T | undefined {
    const block = lastUpTo(this.#counts, index);
    return this.#blocks[block]?.parts[index - before(this.#counts, block)];
  }

  /** Offset at which a part begins; the end for the one behind the last. */
  startOf(index: number): number {
    if (index >= this.size) return this.length;
    const block = lastUpTo(this.#counts, index);
    const within = before(this.#blocks[block]?.offsets, index - before(this.#counts, block));
    return before(this.#offsets, block) + within;
  }

  /** How many lines end before a part. */
  linesBefore(index: number): number {
    if (index >= this.size) return this.lines;
    const block = lastUpTo(this.#counts, index);
    const within = before(this.#blocks[block]?.lines, index - before(this.#counts, block));
    return before(this.#lineCounts, block) + within;
  }

  /** Index of the last part that begins at an offset or before it. */
  indexAt(offset: number): number {
    const block = lastUpTo(this.#offsets, offset);
    const within = lastUpTo(this.#blocks[block]?.offsets, offset - before(this.#offsets, block));
    return before(this.#counts, block) + within;
  }

  /** Index of the last part before which no more lines end than these. */
  indexAtLine(line: number): number {
    const block = lastUpTo(this.#lineCounts, line);
    const within = lastUpTo(this.#blocks[block]?.lines, line - before(this.#lineCounts, block));
    return before(this.#counts, block) + within;
  }

  /** With where each begins: to look that up takes longer where it is asked of all. */
  forEach(each: (part: T, index: number, start: number) => void): void {
    inOneGo(this.stepThrough(each));
  }

  /** The same, a block of them in each step. */
  *stepThrough(each: (part: T, index: number, start: number) => void): Steps<void> {
    let index = 0;
    let start = 0;
    for (const { parts } of this.#blocks) {
      for (const part of parts) {
        each(part, index++, start);
        start += part.text.length;
      }
      yield;
    }
  }

  /** The parts from one on. */
  *from(index: number): Generator<T, void> {
    if (index >= this.size) return;
    const first = lastUpTo(this.#counts, index);
    for (let block = first; block < this.#blocks.length; block++) {
      const parts = this.#blocks[block]?.parts ?? [];
      yield* block === first ? parts.slice(index - before(this.#counts, first)) : parts;
    }
  }

  /** The last part before one that passes a test. */
  lastBefore(index: number, test: (part: T) => boolean): T | undefined {
    for (let block = lastUpTo(this.#counts, index); block >= 0; block--) {
      const end = index - before(this.#counts, block);
      const parts = this.#blocks[block]?.parts ?? [];
      const found = (end < parts.length ? parts.slice(0, end) : parts).findLast(test);
      if (found) return found;
    }
    return undefined;
  }

  map<R>(change: (part: T) => R): R[] {
    return this.#blocks.flatMap(({ parts }) => parts.map(change));
  }

  /** The list with each part as the change leaves it; blocks that it leaves as they are stay the same. */
  changed(change: (part: T) => T): PartList<T> {
    const blocks = this.#blocks.map((block) => {
      const parts = block.parts.map(change);
      return parts.every((part, at) => part === block.parts[at]) ? block : new Block(parts);
    });
    return new PartList(blocks);
  }

  indexOf(part: T): number {
    for (const [block, { parts }] of this.#blocks.entries()) {
      const index = parts.indexOf(part);
      if (index >= 0) return before(this.#counts, block) + index;
    }
    return -1;
  }

  /** The list with others in place of the parts from `start` on, up to `end`. */
  replaced(start: number, end: number, fresh: readonly T[]): PartList<T> {
    return this.#exchanged(start, end, (ahead, behind) => [ahead.concat(fresh, behind)]);
  }

  /** The same with parts that are cut out of a text: where there are many, each when somebody looks into its block. */
  replacedByCut(start: number, end: number, cut: CutText<T>): PartList<T> {
    if (cut.starts.length <= 2 * usual) return this.replaced(start, end, partsOf(cut));
    return this.#exchanged(start, end, (ahead, behind) => [ahead, cut, behind]);
  }

  #exchanged(
    start: number,
    end: number,
    change: (ahead: readonly T[], behind: readonly T[]) => readonly (readonly T[] | CutText<T>)[],
  ): PartList<T> {
    const from = lastUpTo(this.#counts, start);
    let to = lastUpTo(this.#counts, Math.max(start, end - 1));
    const ahead = this.#blocks[from]?.parts.slice(0, start - before(this.#counts, from)) ?? [];
    let behind = this.#blocks[to]?.parts.slice(end - before(this.#counts, to)) ?? [];
    let runs = change(ahead, behind);
    // What has become small is joined with what follows, or a list would fall to pieces over time.
    if (runs.reduce((sum, run) => sum + sizeOf(run), 0) < usual / 4) {
      behind = behind.concat(this.#blocks[++to]?.parts ?? []);
      runs = change(ahead, behind);
    }
    const made = runs.flatMap((run) => ('text' in run ? blocksOf(run) : inBlocks(run, 2 * usual)));
    return new PartList(this.#blocks.slice(0, from).concat(made, this.#blocks.slice(to + 1)));
  }

  /** Counted when somebody asks: thousands of parts may have been put in at once. */
  get #lineCounts(): Sums {
    return (this.#lines ??= sumsOf(this.#blocks, ({ lineCount }) => lineCount));
  }
}

/** Some parts, and where each of them begins; not before they are asked for where they are still to be cut out of a text. */
class Block<T extends TextPart> {
  readonly size: number;
  readonly length: number;
  #parts: readonly T[] | undefined;
  #cut: CutText<T> | undefined;
  #offsets: Sums | undefined;
  #lines: Sums | undefined;
  #lineCount: number | undefined;

  constructor(of: readonly T[] | CutText<T>) {
    this.size = sizeOf(of);
    if ('text' in of) {
      this.#cut = of;
      this.length = of.text.length;
    } else {
      this.#parts = of;
      this.length = this.offsets.all;
    }
  }

  get parts(): readonly T[] {
    this.#parts ??= this.#cut ? partsOf(this.#cut) : [];
    this.#cut = undefined;
    return this.#parts;
  }

  get offsets(): Sums {
    return (this.#offsets ??= sumsOf(this.parts, ({ text }) => text.length));
  }

  get lines(): Sums {
    return (this.#lines ??= sumsOf(this.parts, ({ lines }) => lines));
  }

  get lineCount(): number {
    return (this.#lineCount ??= this.#cut ? countLineBreaks(this.#cut.text) : this.lines.all);
  }
}

function sizeOf<T>(of: readonly T[] | CutText<T>): number {
  return 'text' in of ? of.starts.length : of.length;
}

function partsOf<T>({ text, starts, make }: CutText<T>): T[] {
  return starts.map((start, index) => make(text.slice(start, starts[index + 1] ?? text.length)));
}

/** What some things come to, from the first on. */
interface Sums {
  readonly before: readonly number[];
  readonly all: number;
}

function sumsOf<T>(things: readonly T[], count: (thing: T) => number): Sums {
  let all = 0;
  const sums: number[] = [];
  for (const thing of things) {
    sums.push(all);
    all += count(thing);
  }
  return { before: sums, all };
}

/** What comes to before one of them. */
function before(sums: Sums | undefined, index: number): number {
  return sums?.before[index] ?? 0;
}

/** Up to `most` stay together. */
function inBlocks<T extends TextPart>(parts: readonly T[], most = usual): Block<T>[] {
  if (parts.length > 0 && parts.length <= most) return [new Block(parts)];
  const blocks: Block<T>[] = [];
  for (let at = 0; at < parts.length; at += usual) blocks.push(new Block(parts.slice(at, at + usual)));
  return blocks;
}

function blocksOf<T extends TextPart>({ text, starts, make }: CutText<T>): Block<T>[] {
  const blocks: Block<T>[] = [];
  for (let at = 0; at < starts.length; at += usual) {
    const base = starts[at] ?? 0;
    const own = starts.slice(at, at + usual).map((start) => start - base);
    blocks.push(new Block<T>({ text: text.slice(base, starts[at + usual] ?? text.length), starts: own, make }));
  }
  return blocks;
}

/** The last one before which no more than this comes to. */
function lastUpTo(sums: Sums | undefined, wanted: number): number {
  let low = 0;
  let high = Math.max(0, (sums?.before.length ?? 0) - 1);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (before(sums, middle) <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
}
