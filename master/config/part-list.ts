import { countLineBreaks } from './line-breaks.ts';

/** A part of a text that begins a line. */
export interface TextPart {
  readonly text: string;
  /** How many lines end in it. */
  readonly lines: number;
}

export function textPart(text: string): TextPart {
  return { text, lines: countLineBreaks(text) };
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
    this.#counts = sumsOf(blocks, ({ parts }) => parts.length);
    this.#offsets = sumsOf(blocks, ({ offsets }) => offsets.all);
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
    let index = 0;
    let start = 0;
    for (const { parts } of this.#blocks) {
      for (const part of parts) {
        each(part, index++, start);
        start += part.text.length;
      }
    }
  }

  map<R>(change: (part: T) => R): R[] {
    return this.#blocks.flatMap(({ parts }) => parts.map(change));
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
    const from = lastUpTo(this.#counts, start);
    let to = lastUpTo(this.#counts, Math.max(start, end - 1));
    const ahead = this.#blocks[from]?.parts.slice(0, start - before(this.#counts, from)) ?? [];
    const behind = this.#blocks[to]?.parts.slice(end - before(this.#counts, to)) ?? [];
    let parts = ahead.concat(fresh, behind);
    // What has become small is joined with what follows, or a list would fall to pieces over time.
    if (parts.length < usual / 4) parts = parts.concat(this.#blocks[++to]?.parts ?? []);
    const made = parts.length <= 2 * usual ? [new Block(parts)] : inBlocks(parts);
    return new PartList(this.#blocks.slice(0, from).concat(made, this.#blocks.slice(to + 1)));
  }

  /** Counted when somebody asks: thousands of parts may have been put in at once. */
  get #lineCounts(): Sums {
    return (this.#lines ??= sumsOf(this.#blocks, ({ lines }) => lines.all));
  }
}

/** Some parts, and where each of them begins. */
class Block<T extends TextPart> {
  readonly parts: readonly T[];
  readonly offsets: Sums;
  #lines: Sums | undefined;

  constructor(parts: readonly T[]) {
    this.parts = parts;
    this.offsets = sumsOf(parts, ({ text }) => text.length);
  }

  get lines(): Sums {
    return (this.#lines ??= sumsOf(this.parts, ({ lines }) => lines));
  }
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

function inBlocks<T extends TextPart>(parts: readonly T[]): Block<T>[] {
  const blocks: Block<T>[] = [];
  for (let at = 0; at < parts.length; at += usual) blocks.push(new Block(parts.slice(at, at + usual)));
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
