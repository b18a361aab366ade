import type { SyntaxFault } from './node.ts';

/** Nobody writes such a line: it was pasted, and reading it by all the rules of YAML would let everything else wait. */
export const longestLine = 100_000;

/** A text in whose lines that are too long only spaces are left, so that everything else stands where it stood. */
export function withoutLongLines(text: string): { readonly text: string; readonly faults: readonly SyntaxFault[] } {
  const faults: SyntaxFault[] = [];
  let short = '';
  let copied = 0;
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const next = newline < 0 ? text.length : newline + 1;
    if (next - start > longestLine) {
      const end = newline < 0 ? text.length : newline - (text.charAt(newline - 1) === '\r' ? 1 : 0);
      short += text.slice(copied, start) + ' '.repeat(end - start);
      copied = end;
      faults.push({ message: sentence(end - start), start: start + indentAt(text, start, end), end });
    }
    start = next;
  }
  return { text: short + text.slice(copied), faults };
}

function sentence(length: number): string {
  const [all, most] = [length, longestLine].map(grouped);
  return `This line has ${all} characters, and lines of more than ${most} are not read here: put its value into a file, or on several lines.`;
}

/** `1,000,000`: to be told by the language of a country takes as long as reading a thousand workers. */
function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

function indentAt(text: string, start: number, end: number): number {
  let at = start;
  while (at < end - 1 && text.charCodeAt(at) === 32) at++;
  return at - start;
}
