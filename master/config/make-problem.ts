import type { FindingCode } from './finding-codes.ts';
import { findings } from './finding-codes.ts';
import type { Fix, Problem, TextEdit } from './problem.ts';

interface Range {
  readonly start: number;
  readonly end: number;
}

/** A finding with the severity that its code has. */
export function problem(
  code: FindingCode,
  message: string,
  at: Range,
  more: Partial<Pick<Problem, 'fixes' | 'related' | 'severity'>> = {},
): Problem {
  return {
    code,
    severity: more.severity ?? findings[code].severity,
    message,
    start: at.start,
    end: at.end,
    related: more.related ?? [],
    fixes: more.fixes ?? [],
  };
}

export function fix(title: string, edits: readonly TextEdit[], preferred = false): Fix {
  return { title, edits, preferred };
}

export function replace(at: Range, newText: string): TextEdit {
  return { start: at.start, end: at.end, newText };
}

/** The same problem about a text that begins `by` characters earlier. */
export function shiftProblem(found: Problem, by: number): Problem {
  if (by === 0) return found;
  const moved = <T extends Range>(range: T): T => ({ ...range, start: range.start + by, end: range.end + by });
  return {
    ...moved(found),
    related: found.related.map(moved),
    fixes: found.fixes.map((one) => ({ ...one, edits: one.edits.map(moved) })),
  };
}
