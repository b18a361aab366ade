import type { LogLine } from '../../master/protocol.ts';

/** What stands before each line of a worker in a view of several: "[data-processor-1] ". */
export function prefixOf(name: string): string {
  return `[${name}] `;
}

/** Lines of several workers in the order in which they were seen; those of one worker stay in theirs. */
export function byTime<T extends { readonly line: LogLine }>(lines: readonly T[]): readonly T[] {
  // ISO 8601 sorts as text; the sort is stable.
  return lines.toSorted((a, b) => (a.line.time < b.line.time ? -1 : a.line.time > b.line.time ? 1 : 0));
}
