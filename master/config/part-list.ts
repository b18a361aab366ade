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
  readonly size: number;
  /** In characters. */
  readonly length: number;
  /** How many lines end in it. */
  readonly lines: number;
  readonly #blocks: readonly Block<T>[];
  /** How many parts, characters and lines stand before each block. */
  readonly #counts: number[] = [];
  readonly #offsets: number[] = [];
  readonly #lines: number[] = [];

  private constructor(blocks: readonly Block<T>[]) {
    this.#blocks = blocks;
    let size = 0;
    let length = 0;
    let lines = 0;
    for (const block of blocks) {
      this.#counts.push(size);
      this.#offsets.push(length);
      this.#lines.push(lines);
      size += block.parts.length;
      length += block.length;
      lines += block.lineCount;
    }
    this.size = size;
    this.length = length;
    this.lines = lines;
  }

  static of<T extends TextPart>(parts: readonly T[]): PartList<T> {
    return new PartList(inBlocks(parts));
  }

  at(index: number): T | undefined {
    const block = lastUpTo(this.#counts, index);
    return this.#blocks[block]?.parts[index - (this.#counts[block] ?? 0)];
  }

  /** Offset at which a part begins; the end for the one behind the last. */
  startOf(index: number): number {
    if (index >= this.size) return this.length;
    const block = lastUpTo(this.#counts, index);
    return (this.#offsets[block] ?? 0) + (this.#blocks[block]?.offsets[index - (this.#counts[block] ?? 0)] ?? 0);
  }

  /** How many lines end before a part. */
  linesBefore(index: number): number {
    if (index >= this.size) return this.lines;
    const block = lastUpTo(this.#counts, index);
    return (this.#lines[block] ?? 0) + (this.#blocks[block]?.lines[index - (this.#counts[block] ?? 0)] ?? 0);
  }

  /** Index of the last part that begins at an offset or before it. */
  indexAt(offset: number): number {
    const block = lastUpTo(this.#offsets, offset);
    const within = lastUpTo(this.#blocks[block]?.offsets ?? none, offset - (this.#offsets[block] ?? 0));
    return (this.#counts[block] ?? 0) + within;
  }

  /** Index of the last part before which no more lines end than these. */
  indexAtLine(line: number): number {
    const block = lastUpTo(this.#lines, line);
    const within = lastUpTo(this.#blocks[block]?.lines ?? none, line - (this.#lines[block] ?? 0));
    return (this.#counts[block] ?? 0) + within;
  }

  forEach(each: (part: T, index: number) => void): void {
    let index = 0;
    for (const { parts } of this.#blocks) for (const part of parts) each(part, index++);
  }

  map<R>(change: (part: T) => R): R[] {
    return this.#blocks.flatMap(({ parts }) => parts.map(change));
  }

  indexOf(part: T): number {
    for (const [block, { parts }] of this.#blocks.entries()) {
      const index = parts.indexOf(part);
      if (index >= 0) return (this.#counts[block] ?? 0) + index;
    }
    return -1;
  }

  /** The list with others in place of the parts from `start` on, up to `end`. */
  replaced(start: number, end: number, fresh: readonly T[]): PartList<T> {
    const from = lastUpTo(this.#counts, start);
    let to = lastUpTo(this.#counts, Math.max(start, end - 1));
    const ahead = this.#blocks[from]?.parts.slice(0, start - (this.#counts[from] ?? 0)) ?? [];
    const behind = this.#blocks[to]?.parts.slice(end - (this.#counts[to] ?? 0)) ?? [];
    let parts = ahead.concat(fresh, behind);
    // What has become small is joined with what follows, or a list would fall to pieces over time.
    if (parts.length < usual / 4) parts = parts.concat(this.#blocks[++to]?.parts ?? []);
    const made = parts.length <= 2 * usual ? [blockOf(parts)] : inBlocks(parts);
    return new PartList(this.#blocks.slice(0, from).concat(made, this.#blocks.slice(to + 1)));
  }
}

const none: readonly number[] = [];

interface Block<T> {
  readonly parts: readonly T[];
  /** Of each part, from the beginning of the block. */
  readonly offsets: readonly number[];
  readonly lines: readonly number[];
  readonly length: number;
  readonly lineCount: number;
}

function blockOf<T extends TextPart>(parts: readonly T[]): Block<T> {
  const offsets: number[] = [];
  const lines: number[] = [];
  let length = 0;
  let lineCount = 0;
  for (const part of parts) {
    offsets.push(length);
    lines.push(lineCount);
    length += part.text.length;
    lineCount += part.lines;
  }
  return { parts, offsets, lines, length, lineCount };
}

function inBlocks<T extends TextPart>(parts: readonly T[]): Block<T>[] {
  const blocks: Block<T>[] = [];
  for (let at = 0; at < parts.length; at += usual) blocks.push(blockOf(parts.slice(at, at + usual)));
  return blocks;
}

/** The last index whose number is not past the wanted one; the numbers rise. */
function lastUpTo(numbers: readonly number[], wanted: number): number {
  let low = 0;
  let high = Math.max(0, numbers.length - 1);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((numbers[middle] ?? 0) <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
}
