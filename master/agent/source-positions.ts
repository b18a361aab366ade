import path from 'node:path';
import { stackFrames } from '../lifecycle/stack-frames.ts';

export interface SourcePosition {
  /** Relative to the folder, with slashes. */
  readonly file: string;
  readonly line: number;
  readonly column?: number;
}

/** The places of a text that stand inside the folder and are nobody else's, in their order, each once. */
export function sourcePositions(text: string, folder: string): readonly SourcePosition[] {
  const seen = new Set<string>();
  return stackFrames(text).flatMap(({ file: written, line, column }) => {
    const relative = path.relative(folder, path.resolve(folder, written));
    if (relative.startsWith('..') || path.isAbsolute(relative) || /(^|[\\/])node_modules[\\/]/.test(relative))
      return [];
    const file = relative.replaceAll('\\', '/');
    const key = `${file}:${line}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ file, line, ...(column === undefined ? {} : { column }) }];
  });
}
