import { lineAt, lineBreaks } from './line-breaks.ts';
import type { PartList, TextPart } from './part-list.ts';

export interface Position {
  readonly line: number;
  readonly character: number;
}

/** A text whose middle is held as parts, so that changing one of them leaves the others alone. */
export class PieceText {
  readonly #head: TextPart;
  readonly #middle: PartList<TextPart>;
  readonly #tail: TextPart;
  #whole: string | undefined;

  constructor(head: TextPart, middle: PartList<TextPart>, tail: TextPart, whole?: string) {
    this.#head = head;
    this.#middle = middle;
    this.#tail = tail;
    this.#whole = whole;
  }

  get length(): number {
    return this.#head.text.length + this.#middle.length + this.#tail.text.length;
  }

  get lineCount(): number {
    return this.#head.lines + this.#middle.lines + this.#tail.lines + 1;
  }

  /** The whole text; put together when somebody asks for the first time. */
  get text(): string {
    return (this.#whole ??= this.#head.text + this.#middle.map((part) => part.text).join('') + this.#tail.text);
  }

  /** Index of the tail; that of the head is 0. */
  get last(): number {
    return this.#middle.size + 1;
  }

  textOf(index: number): string {
    if (index <= 0) return index < 0 ? '' : this.#head.text;
    return index === this.last ? this.#tail.text : (this.#middle.at(index - 1)?.text ?? '');
  }

  /** Where a part begins; the end for the one behind the last. */
  startOf(index: number): number {
    if (index <= 0) return 0;
    return index > this.last ? this.length : this.#head.text.length + this.#middle.startOf(index - 1);
  }

  /** The part that holds an offset; at a border the later one. */
  indexAt(offset: number): number {
    const within = offset - this.#head.text.length;
    if (within < 0) return 0;
    return within >= this.#middle.length ? this.last : 1 + this.#middle.indexAt(within);
  }

  slice(start: number, end: number): string {
    const from = Math.max(0, start);
    const first = this.indexAt(from);
    let result = '';
    for (let index = first; index <= this.last && this.startOf(index) < end; index++) {
      const base = this.startOf(index);
      result += this.textOf(index).slice(Math.max(0, from - base), Math.max(0, end - base));
    }
    return result;
  }

  positionAt(offset: number): Position {
    const at = Math.min(Math.max(0, offset), this.length);
    let index = this.indexAt(at);
    // The last part goes on with the line above where that has no line break.
    while (index > 0 && at === this.startOf(index) && !endsLine(this.textOf(index - 1))) index--;
    const inner = at - this.startOf(index);
    const text = this.textOf(index);
    const { line, start } = lineAt(text, inner);
    // Between the two characters of a line break there is no place.
    const within =
      text.charCodeAt(inner - 1) === 13 && text.charCodeAt(inner) === 10 && inner > start ? inner - 1 : inner;
    return { line: this.#linesBefore(index) + line, character: within - start };
  }

  offsetAt({ line, character }: Position): number {
    if (line < 0) return 0;
    if (line >= this.lineCount) return this.length;
    let index = this.#indexAtLine(line);
    // An empty part, or one that goes on with the line above, does not hold the start of its line.
    while (index > 0 && this.#linesBefore(index) === line) {
      if (endsLine(this.textOf(index - 1))) break;
      index--;
    }
    const text = this.textOf(index);
    const breaks = lineBreaks(text);
    const nth = line - this.#linesBefore(index);
    const start = nth === 0 ? 0 : (breaks[nth - 1] ?? text.length);
    const next = breaks[nth] ?? text.length;
    let end = next;
    if (breaks.length > nth)
      end -= text.charCodeAt(end - 1) === 10 && text.charCodeAt(end - 2) === 13 && end - 2 >= start ? 2 : 1;
    return this.startOf(index) + Math.min(start + Math.max(0, character), end);
  }

  /** How many lines end before a part. */
  #linesBefore(index: number): number {
    return index <= 0 ? 0 : this.#head.lines + this.#middle.linesBefore(index - 1);
  }

  /** The last part before which no more lines end than these. */
  #indexAtLine(line: number): number {
    const within = line - this.#head.lines;
    if (within < 0) return 0;
    return within >= this.#middle.lines ? this.last : 1 + this.#middle.indexAtLine(within);
  }
}

function endsLine(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  return last === 10 || last === 13;
}
