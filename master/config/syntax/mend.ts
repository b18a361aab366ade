/** What would make a text valid YAML at one place. Edits are about the whole text. */
export interface Mend {
  readonly title: string;
  readonly edits: readonly { readonly start: number; readonly end: number; readonly newText: string }[];
}

/** The remedy for a syntax fault that the library reports under a code, where there is an obvious one. */
export function mend(code: string, message: string, at: number, text: string): Mend | undefined {
  if (tabIndented(text, at)) return spacesForTabs(text);
  const bracket = closingBracket(message);
  if (bracket !== undefined) return closing(lineWithOpenBracket(text, at, bracket), bracket);
  switch (code) {
    case 'MISSING_CHAR': {
      if (isKeyWithoutColon(message)) return colon(text, at);
      const quote = openQuote(message);
      const line = quote === undefined ? undefined : lineWithOpenQuote(text, at, quote);
      return quote === undefined || !line ? undefined : closing(line, quote);
    }
    case 'BAD_SCALAR_START':
      return quoting(text, at);
    case 'BLOCK_AS_IMPLICIT_KEY':
      return /:\s/.test(lineAt(text, at).text.slice(at - lineAt(text, at).start)) ? quoting(text, at) : undefined;
    case 'MULTILINE_IMPLICIT_KEY':
      return colon(text, at);
    default:
      return undefined;
  }
}

/** The bracket that a fault misses. */
export function closingBracket(message: string): string | undefined {
  return /Flow (?:map|sequence) .*(?:end with|terminated by) a? ?([\]}])|Expected flow \w+ to end with ([\]}])/
    .exec(message)
    ?.slice(1)
    .find(Boolean);
}

/** The quote that a fault misses. */
export function openQuote(message: string): string | undefined {
  return /closing (["'])quote/.exec(message)?.[1];
}

/** Whether a fault is about a word on a line of its own, where a key has to stand. */
export function isKeyWithoutColon(message: string): boolean {
  return message.startsWith('Implicit map keys');
}

/** Whether a tab stands in the indentation of the line. */
export function tabIndented(text: string, at: number): boolean {
  return /^ *(?:-[ ]*)*\t/.test(lineAt(text, at).text);
}

interface Line {
  readonly start: number;
  readonly text: string;
}

function lineAt(text: string, at: number): Line {
  const start = at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
  const newline = text.indexOf('\n', at);
  return { start, text: text.slice(start, newline < 0 ? text.length : newline).replace(/\r$/, '') };
}

function linesUpTo(text: string, at: number): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start <= at;) {
    const line = lineAt(text, start);
    lines.push(line);
    const newline = text.indexOf('\n', start);
    if (newline < 0) break;
    start = newline + 1;
  }
  return lines;
}

/** Of the lines up to the fault the last that opens more brackets than it closes. */
function lineWithOpenBracket(text: string, at: number, bracket: string): Line | undefined {
  const opening = bracket === '}' ? '{' : '[';
  return linesUpTo(text, at).findLast((line) => line.text.split(opening).length > line.text.split(bracket).length);
}

/** Of the lines up to the fault the first with a quote that nothing closes. */
function lineWithOpenQuote(text: string, at: number, quote: string): Line | undefined {
  return linesUpTo(text, at).find((line) => {
    const value = line.text.replaceAll(/\\./g, '').replace(/\s#.*$/, '');
    return value.split(quote).length % 2 === 0;
  });
}

/** Before a comment, behind everything else. */
function closing(line: Line | undefined, character: string): Mend | undefined {
  if (!line) return undefined;
  const end = line.start + line.text.replace(/\s+#.*$/, '').trimEnd().length;
  return { title: `Add the missing ${character}`, edits: [{ start: end, end, newText: character }] };
}

/** The rest of the line becomes a text. */
function quoting(text: string, at: number): Mend {
  const line = lineAt(text, at);
  const rest = line.text
    .slice(at - line.start)
    .replace(/\s+#.*$/, '')
    .trimEnd();
  const value = /^[^,\]}]*/.exec(rest)?.[0] ?? rest;
  const whole = /[[{]/.test(line.text.slice(0, at - line.start)) ? value.trimEnd() : rest;
  const edit = { start: at, end: at + whole.length, newText: JSON.stringify(whole) };
  return { title: 'Put it into quotes', edits: [edit] };
}

/** `type:process` lacks a space, `type` alone a colon; a line that is indented too deep goes on with the one above. */
function colon(text: string, at: number): Mend | undefined {
  const line = lineAt(text, at);
  const rest = line.text
    .slice(at - line.start)
    .replace(/\s+#.*$/, '')
    .trimEnd();
  const glued = /^([\w-]+):(?=\S)/.exec(rest);
  if (glued) {
    const end = at + glued[0].length;
    return { title: 'Add the missing space', edits: [{ start: end, end, newText: ' ' }] };
  }
  if (/^[\w-]+$/.test(rest)) {
    const end = at + rest.length;
    return { title: 'Add the missing colon', edits: [{ start: end, end, newText: ':' }] };
  }
  return undefined;
}

function spacesForTabs(text: string): Mend {
  const edits = [...text.matchAll(/^( *(?:-[ ]*)*)(\t[\t ]*)/gm)].map((match) => {
    const start = match.index + (match[1] ?? '').length;
    const tabs = match[2] ?? '';
    // Behind a dash a tab stands for the one space that belongs there.
    const newText = (match[1] ?? '').includes('-') ? ' ' : tabs.replaceAll('\t', '  ');
    return { start, end: start + tabs.length, newText };
  });
  return { title: 'Indent with spaces', edits };
}
