import { countLineBreaks, lineBreaks } from './line-breaks.ts';

export interface Position {
  readonly line: number;
  readonly character: number;
}

/** A part of a text that begins a line. */
export interface TextPart {
  readonly text: string;
  /** How many lines end in it. */
  readonly lines: number;
}

export function textPart(text: string): TextPart {
  return { text, lines: countLineBreaks(text) };
}

/** A text held as parts that follow one another, so that changing one of them leaves the others alone. */
export class PieceText {
  readonly parts: readonly TextPart[];
  /** Where each part begins, and the end of the last. */
  readonly #offsets: Uint32Array;
  readonly #lines: Uint32Array;
  #whole: string | undefined;

  constructor(parts: readonly TextPart[], whole?: string) {
    this.parts = parts;
    this.#whole = whole;
    this.#offsets = new Uint32Array(parts.length + 1);
    this.#lines = new Uint32Array(parts.length + 1);
    let offset = 0;
    let line = 0;
    for (let index = 0; index < parts.length; index++) {
      const part = parts[index];
      offset += part?.text.length ?? 0;
      line += part?.lines ?? 0;
      this.#offsets[index + 1] = offset;
      this.#lines[index + 1] = line;
    }
  }

  get length(): number {
    return this.#offsets[this.parts.length] ?? 0;
  }

  get lineCount(): number {
    return (this.#lines[this.parts.length] ?? 0) + 1;
  }

  /** The whole text; put together when somebody asks for the first time. */
  get text(): string {
    return (this.#whole ??= this.parts.map((part) => part.text).join(''));
  }

  startOf(index: number): number {
    return this.#offsets[Math.min(index, this.parts.length)] ?? 0;
  }

  /** The part that holds an offset; at a border the later one. */
  indexAt(offset: number): number {
    return search(this.#offsets, this.parts.length, offset);
  }

  slice(start: number, end: number): string {
    const from = Math.max(0, start);
    const first = this.indexAt(from);
    let result = '';
    for (let index = first; index < this.parts.length && this.startOf(index) < end; index++) {
      const base = this.startOf(index);
      result += this.parts[index]?.text.slice(Math.max(0, from - base), Math.max(0, end - base)) ?? '';
    }
    return result;
  }

  positionAt(offset: number): Position {
    const at = Math.min(Math.max(0, offset), this.length);
    let index = this.indexAt(at);
    // The last part goes on with the line above where that has no line break.
    while (index > 0 && at === this.startOf(index) && !/[\r\n]$/.test(this.parts[index - 1]?.text ?? '\n')) index--;
    const inner = at - this.startOf(index);
    const text = this.parts[index]?.text ?? '';
    let line = this.#lines[index] ?? 0;
    let start = 0;
    for (const next of lineBreaks(text)) {
      if (next > inner) break;
      line++;
      start = next;
    }
    // Between the two characters of a line break there is no place.
    const within =
      text.charCodeAt(inner - 1) === 13 && text.charCodeAt(inner) === 10 && inner > start ? inner - 1 : inner;
    return { line, character: within - start };
  }

  offsetAt({ line, character }: Position): number {
    if (line < 0) return 0;
    if (line >= this.lineCount) return this.length;
    let index = search(this.#lines, this.parts.length, line);
    // An empty part, or one that goes on with the line above, does not hold the start of its line.
    while (index > 0 && (this.#lines[index] ?? 0) === line) {
      const above = this.parts[index - 1]?.text ?? '';
      if (above !== '' && /[\r\n]$/.test(above)) break;
      index--;
    }
    const text = this.parts[index]?.text ?? '';
    const breaks = lineBreaks(text);
    const nth = line - (this.#lines[index] ?? 0);
    const start = nth === 0 ? 0 : (breaks[nth - 1] ?? text.length);
    const next = breaks[nth] ?? text.length;
    let end = next;
    if (breaks.length > nth)
      end -= text.charCodeAt(end - 1) === 10 && text.charCodeAt(end - 2) === 13 && end - 2 >= start ? 2 : 1;
    return this.startOf(index) + Math.min(start + Math.max(0, character), end);
  }
}

/** The last index whose number is not past the wanted one. */
function search(numbers: Uint32Array, count: number, wanted: number): number {
  let low = 0;
  let high = Math.max(0, count - 1);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((numbers[middle] ?? 0) <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
}
