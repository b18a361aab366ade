import type { FindingCode } from './finding-codes.ts';
import { findings } from './finding-codes.ts';
import type { Fix, Problem, TextEdit } from './problem.ts';
import type { Node } from './syntax/node.ts';

interface Range {
  readonly start: number;
  readonly end: number;
}

/** A finding with the severity that its code has. */
export function problem(
  code: FindingCode,
  message: string,
  at: Range & Pick<Node, 'via'>,
  more: Partial<Pick<Problem, 'fixes' | 'related' | 'severity'>> = {},
): Problem {
  return {
    code,
    severity: more.severity ?? findings[code].severity,
    message,
    start: at.start,
    end: at.end,
    ...(at.via && { via: at.via }),
    related: more.related ?? [],
    fixes: more.fixes ?? [],
  };
}

export function fix(title: string, edits: readonly TextEdit[], preferred = false): Fix {
  return { title, edits, preferred };
}

/** A remedy that takes a while: its edits are worked out when they are asked for, for of most findings nobody does. */
export function lateFix(title: string, make: () => readonly TextEdit[], preferred = false): Fix {
  let made: readonly TextEdit[] | undefined;
  return {
    title,
    get edits() {
      return (made ??= make());
    },
    preferred,
    late: true,
  };
}

export function replace(at: Range, newText: string): TextEdit {
  return { start: at.start, end: at.end, newText };
}

/** The same problem about a text that begins `by` characters earlier. */
export function shiftProblem(found: Problem, by: number): Problem {
  return by === 0 ? found : moveProblem(found, () => by);
}

/** The same problem about a text whose parts stand elsewhere: `by` tells how far from here what begins at an offset is. */
export function moveProblem(found: Problem, by: (start: number) => number): Problem {
  const moved = <T extends Range>(range: T): T => {
    const distance = by(range.start);
    return { ...range, start: range.start + distance, end: range.end + distance };
  };
  return {
    ...moved(found),
    related: found.related.map(moved),
    fixes: found.fixes.map((one) =>
      one.late
        ? lateFix(one.title, () => one.edits.map(moved), one.preferred)
        : { ...one, edits: one.edits.map(moved) },
    ),
  };
}
