/** A longer line is shown as several of at most this many bytes, cut between characters. */
export const longestLineBytes = 64 * 1024;

const newline = 0x0a;
const carriageReturn = 0x0d;

/**
 * Visits the lines of UTF-8 bytes that begin at a line's begin; returns how many bytes they take. What follows the
 * last newline is a line only when nothing can follow it any more (`isFinal`). The cuts depend on nothing but the
 * bytes, so the same range always gives the same lines however it arrived.
 */
export function linesIn(bytes: Buffer, isFinal: boolean, visit: (start: number, end: number) => void): number {
  let start = 0;
  for (;;) {
    const at = newlineFrom(bytes, start);
    const end = at < 0 ? bytes.length : at;
    while (end - start > longestLineBytes) {
      const cut = characterStart(bytes, start + longestLineBytes);
      visit(start, cut);
      start = cut;
    }
    if (at < 0) {
      if (!isFinal || start === end) return start;
      visit(start, end);
      return end;
    }
    visit(start, end > start && bytes[end - 1] === carriageReturn ? end - 1 : end);
    start = at + 1;
  }
}

/** How far it is looked by hand: for shorter lines the call into the library costs more than the looking. */
const shortLineBytes = 8;

/** Where the next newline is; -1 when there is none. */
function newlineFrom(bytes: Buffer, start: number): number {
  const near = Math.min(bytes.length, start + shortLineBytes);
  for (let at = start; at < near; at += 1) if (bytes[at] === newline) return at;
  return bytes.indexOf(newline, near);
}

/** The begin of the character that the byte at `at` belongs to. */
function characterStart(bytes: Buffer, at: number): number {
  for (let back = 0; back < 4; back += 1) {
    if (((bytes[at - back] ?? 0) & 0xc0) !== 0x80) return at - back;
  }
  // No UTF-8 at all: any cut is as good.
  return at;
}
