/** Offsets behind each line break of a text; LSP and YAML count \n, \r\n and a lone \r. */
export function lineBreaks(text: string): number[] {
  const found: number[] = [];
  if (!text.includes('\r')) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) found.push(at + 1);
    return found;
  }
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 10) found.push(at + 1);
    else if (code === 13 && text.charCodeAt(at + 1) !== 10) found.push(at + 1);
  }
  return found;
}

export function countLineBreaks(text: string): number {
  let count = 0;
  if (text.includes('\r')) return lineBreaks(text).length;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** How many lines end up to an offset, and where the last of them does. */
export function lineAt(text: string, offset: number): { readonly line: number; readonly start: number } {
  let line = 0;
  let start = 0;
  if (text.includes('\r')) {
    for (const next of lineBreaks(text)) {
      if (next > offset) break;
      line++;
      start = next;
    }
    return { line, start };
  }
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    line++;
    start = at + 1;
  }
  return { line, start };
}
