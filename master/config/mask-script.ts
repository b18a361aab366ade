/**
 * The source with everything blanked that is no code: comments, and what stands within strings, templates and regular
 * expressions. Every offset stays.
 */
export function maskScript(source: string): string {
  return source.replaceAll(
    token,
    (whole, comment: string | undefined, text: string | undefined, before: string | undefined) => {
      if (comment !== undefined) return blank(whole);
      if (text !== undefined) return whole.charAt(0) + blank(whole.slice(1, -1)) + whole.charAt(whole.length - 1);
      return (before ?? '') + blank(whole.slice(before?.length ?? 0));
    },
  );
}

/** A slash begins a regular expression only where a value can begin. */
const token =
  /(\/\*[\s\S]*?\*\/|\/\/[^\n]*|^#![^\n]*)|("(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`)|((?:^|[=(,:[!&|?{};]|\breturn|=>)\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/g;

function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ');
}
