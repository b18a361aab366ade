import type { Problem } from './problem.ts';

/**
 * The finding without the fixes that would write over an alias: it may stand for far more than the value at fault, and
 * what it stands for is mended at its anchor.
 */
export function keepAliases(found: Problem, text: { slice(start: number, end: number): string }): Problem {
  const fixes = found.fixes.filter(
    (one) => one.late || !one.edits.some(({ start, end }) => isAlias(text.slice(start, end))),
  );
  return fixes.length === found.fixes.length ? found : { ...found, fixes };
}

/** Whether a scalar as it is written refers to an anchor: no plain text begins so. */
export function isAlias(written: string): boolean {
  return written.startsWith('*');
}
