import type { Problem } from './problem.ts';

const comment = /#[ \t]*hsu-disable-(line|next-line|file)\b[ \t]*([^\r\n]*)/g;

/** Leaves out what a comment silences, see `silencedIn`. */
export function unsuppressed(problems: readonly Problem[], text: string, headEnd: number): readonly Problem[] {
  if (problems.length === 0) return problems;
  const isSilenced = silencedIn(text, headEnd);
  return problems.filter((found) => !isSilenced(found));
}

/**
 * Which findings a comment silences: `# hsu-disable-line HSU101`, `# hsu-disable-next-line HSU101, HSU505` or, before
 * the first worker, `# hsu-disable-file HSU505`; without codes all findings. What is no valid YAML cannot be silenced.
 */
export function silencedIn(text: string, headEnd: number): (found: Problem) => boolean {
  if (!text.includes('hsu-disable-')) return () => false;
  const wholeFile = directives(text.slice(0, headEnd)).filter(({ where }) => where === 'file');
  return (found) => {
    if (/^HSU00[12]$/.test(found.code)) return false;
    if (wholeFile.some((one) => silences(one, found))) return true;
    const lineStart = text.lastIndexOf('\n', found.start - 1) + 1;
    const newline = text.indexOf('\n', found.start);
    const line = text.slice(lineStart, newline < 0 ? text.length : newline);
    if (directives(line).some((one) => one.where === 'line' && silences(one, found))) return true;
    const above = text.slice(text.lastIndexOf('\n', lineStart - 2) + 1, Math.max(0, lineStart - 1));
    return directives(above).some((one) => one.where === 'next-line' && silences(one, found));
  };
}

interface Directive {
  readonly where: string;
  readonly codes: readonly string[];
}

function directives(text: string): Directive[] {
  if (!text.includes('hsu-disable-')) return [];
  return [...text.matchAll(comment)].map((match) => ({
    where: match[1] ?? '',
    codes: (match[2] ?? '').match(/\bHSU\d{3}\b/g) ?? [],
  }));
}

function silences({ codes }: Directive, found: Problem): boolean {
  return codes.length === 0 || codes.includes(found.code);
}
