export interface TextPosition {
  readonly line: number;
  /** In UTF-16 units. */
  readonly character: number;
}

/** Where an offset of a text stands, both counted from zero. The lines are found once, not for each question. */
export function positionsIn(text: string): (offset: number) => TextPosition {
  const lineStarts = [0, ...Array.from(text.matchAll(/\r\n|\n|\r/g), ({ index, 0: end }) => index + end.length)];
  return (offset) => {
    let line = 0;
    let beyond = lineStarts.length;
    while (beyond - line > 1) {
      const middle = (line + beyond) >> 1;
      if ((lineStarts[middle] ?? Infinity) <= offset) line = middle;
      else beyond = middle;
    }
    return { line, character: offset - (lineStarts[line] ?? 0) };
  };
}
