/** A place in a source that a text names. */
export interface StackFrame {
  /** Where it stands in the text: from the path to the last digit. */
  readonly start: number;
  readonly end: number;
  /** A path as written, absolute or relative; a `file:` URL as the path it means. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column?: number;
}

/** Stack frames as Node, Python, Go and Rust write them: file, line and, where there is one, column. */
const patterns = [
  /(?:\(|\bat |^\s*|\s)((?:file:\/\/|\/|[A-Za-z]:[\\/])[^\n():]*(?::[\\/][^\n():]*)?):(\d+)(?::(\d+))?/dgm,
  /\bFile "([^"\n]+)", line (\d+)()/dgm,
  /\bat ((?:[\w.-]+\/)*[\w.-]+\.rs):(\d+):(\d+)/dgm,
];

/** Every place a text names, in its order. */
export function stackFrames(text: string): readonly StackFrame[] {
  // Most text has no frame at all.
  if (!/:\d|, line \d/.test(text)) return [];
  return patterns
    .flatMap((pattern) =>
      [...text.matchAll(pattern)].flatMap((match): StackFrame[] => {
        const [, written = '', line, column] = match;
        const file = pathOf(written);
        const start = match.indices?.[1]?.[0];
        if (file === undefined || start === undefined) return [];
        const frame = { start, end: match.index + match[0].length, file, line: Number(line) };
        return [column ? { ...frame, column: Number(column) } : frame];
      }),
    )
    .sort((a, b) => a.start - b.start);
}

/** Undefined for a URL of another machine. */
function pathOf(written: string): string | undefined {
  if (!written.startsWith('file:')) return written;
  const [, host, path] = /^file:\/\/([^/]*)(\/[^?#]*)/.exec(written) ?? [];
  if (path === undefined || (host !== '' && host !== 'localhost')) return undefined;
  try {
    return decodeURIComponent(path).replace(/^\/(?=[A-Za-z]:)/, '');
  } catch {
    return undefined;
  }
}
