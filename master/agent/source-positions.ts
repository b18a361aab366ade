import path from 'node:path';
import { fileURLToPath } from 'node:url';

export interface SourcePosition {
  /** Relative to the folder, with slashes. */
  readonly file: string;
  readonly line: number;
  readonly column?: number;
}

/** Stack frames as Node, Python, Go and Rust write them: file, line and, where there is one, column. */
const frames = [
  /(?:\(|\bat |^\s*|\s)((?:file:\/\/|\/|[A-Za-z]:[\\/])[^\n():]*(?::[\\/][^\n():]*)?):(\d+)(?::(\d+))?/g,
  /\bFile "([^"\n]+)", line (\d+)()/g,
  /\bat ((?:[\w.-]+\/)*[\w.-]+\.rs):(\d+):(\d+)/g,
];

/** The places of a text that stand inside the folder and are nobody else's, in their order, each once. */
export function sourcePositions(text: string, folder: string): readonly SourcePosition[] {
  const found = text.split('\n').flatMap((line) =>
    frames.flatMap((frame) =>
      [...line.matchAll(frame)].flatMap(([, written = '', at, column]) => {
        const file = absolute(written, folder);
        const relative = file === undefined ? '..' : path.relative(folder, file);
        if (relative.startsWith('..') || path.isAbsolute(relative) || /(^|[\\/])node_modules[\\/]/.test(relative)) {
          return [];
        }
        return [
          { file: relative.replaceAll('\\', '/'), line: Number(at), ...(column ? { column: Number(column) } : {}) },
        ];
      }),
    ),
  );
  const seen = new Set<string>();
  return found.filter(({ file, line }) => {
    const key = `${file}:${line}`;
    return !seen.has(key) && seen.add(key);
  });
}

function absolute(written: string, folder: string): string | undefined {
  try {
    return written.startsWith('file:') ? fileURLToPath(written) : path.resolve(folder, written);
  } catch {
    // A URL of another machine.
    return undefined;
  }
}
