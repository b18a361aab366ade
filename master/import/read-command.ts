import type { ImportedService } from './imported-service.ts';

type Command = Pick<ImportedService, 'program' | 'environment' | 'notes'>;

/**
 * A line of a shell as a program with arguments, its leading `NAME=value` as environment. Where only a shell
 * understands it (pipes, `&&`, patterns), it is given to one and that is noted.
 */
export function readCommand(line: string): Command {
  const words = splitWords(line);
  const first = words?.findIndex((word) => !assignment.test(word)) ?? -1;
  const executable = words?.[first];
  if (!words || executable === undefined) {
    return {
      program: { executable: 'sh', args: ['-c', line.trim()] },
      notes: ['is run by a shell, because its command needs one'],
    };
  }
  const environment = Object.fromEntries(
    words.slice(0, first).map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
  );
  return {
    program: { executable, args: words.slice(first + 1) },
    ...(first === 0 ? {} : { environment }),
    notes: [],
  };
}

const assignment = /^[A-Za-z_]\w*=/;

/** One piece of a word: plain text, an escape, a quoted part, or a variable. */
const piece =
  /([^\s'"\\$`|&;<>()*?[\]{}~#!]+)|\\(.)|'([^']*)'|"((?:[^"\\$`]|\\.|\$\w+|\$\{\w+\})*)"|\$(?:(\w+)|\{(\w+)\})/y;

/** Undefined where the line is more than words. */
function splitWords(line: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < line.length;) {
    piece.lastIndex = at;
    const match = piece.exec(line);
    if (match) {
      const [whole, plain, escaped, single, double, name, braced] = match;
      const variable = name ?? braced;
      word ??= '';
      word += plain ?? escaped ?? single ?? (double === undefined ? variableText(variable ?? '') : unquoted(double));
      at += whole.length;
    } else if (/\s/.test(line.charAt(at))) {
      if (word !== undefined) words.push(word);
      word = undefined;
      at += 1;
    } else return undefined;
  }
  if (word !== undefined) words.push(word);
  return words;
}

function unquoted(text: string): string {
  return text.replace(/\\(["\\$`])|\$(?:(\w+)|\{(\w+)\})/g, (_, escaped?: string, name?: string, braced?: string) =>
    escaped === undefined ? variableText(name ?? braced ?? '') : escaped,
  );
}

/** The port is the master's to hand out; any other variable is the environment's. */
function variableText(name: string): string {
  return name === 'PORT' ? '{port}' : `\${env:${name}}`;
}
