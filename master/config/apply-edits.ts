import type { Fix, TextEdit } from './problem.ts';

/** The text with the edits made. Offsets are those of the text given; edits must not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    result += text.slice(at, edit.start) + edit.newText;
    at = edit.end;
  }
  return result + text.slice(at);
}

/** The text with as many of the fixes made as fit together; where two touch the same text, the first one wins. */
export function applyFixes(text: string, fixes: readonly Fix[]): string {
  const made: TextEdit[] = [];
  for (const { edits } of fixes) {
    if (!edits.some((edit) => made.some((other) => overlap(edit, other)))) made.push(...edits);
  }
  return applyEdits(text, made);
}

function overlap(a: TextEdit, b: TextEdit): boolean {
  return (a.start < b.end && b.start < a.end) || (a.start === b.start && a.end === b.end);
}
