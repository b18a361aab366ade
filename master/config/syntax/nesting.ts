import { Lexer } from 'yaml';

/** Brackets nested deeper than this are no configuration: reading them takes time and stack for nothing. */
const deepest = 500;

/** Where a text opens more brackets within each other than anybody means; undefined where it does not. */
export function tooDeepAt(text: string): number | undefined {
  if (!mayBeDeep(text)) return undefined;
  let depth = 0;
  let at = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') depth++;
    else if ((token === ']' || token === '}') && depth > 0) depth--;
    if (depth > deepest) return at;
    // The lexer's own marks stand for no text.
    if (!/^[\u0002\u0018\u001f]$/.test(token)) at += token.length;
  }
  return undefined;
}

/** Counts every bracket, also those in quotes and comments: fast, and never too few. */
function mayBeDeep(text: string): boolean {
  let open = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if ((code === 91 || code === 123) && ++open > deepest) return true;
  }
  return false;
}
