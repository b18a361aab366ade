import type { LogLevel, LogLine } from '../protocol.ts';
import { logLevels } from './structured-line.ts';

export interface LineFilter {
  /** Regular expressions, of which a line matches at least one; none: every line does. */
  readonly include?: readonly string[];
  /** Regular expressions, of which a line matches none. */
  readonly exclude?: readonly string[];
  /** The least grave level. */
  readonly level?: LogLevel;
  readonly stream?: LogLine['stream'];
}

/** Whether a line passes. Throws a sentence where something is no regular expression. */
export function lineFilter({ include = [], exclude = [], level, stream }: LineFilter): (line: LogLine) => boolean {
  const wanted = include.map(patternOf);
  const unwanted = exclude.map(patternOf);
  const least = level === undefined ? 0 : logLevels.indexOf(level);
  return (line) =>
    (stream === undefined || line.stream === stream) &&
    (least === 0 || logLevels.indexOf(levelOf(line)) >= least) &&
    (wanted.length === 0 || wanted.some((pattern) => pattern.test(line.text))) &&
    !unwanted.some((pattern) => pattern.test(line.text));
}

/** A line that tells none counts as what its stream is for; so no stack is torn from its error. */
function levelOf({ level, stream }: LogLine): LogLevel {
  return level ?? (stream === 'stderr' ? 'error' : 'info');
}

function patternOf(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new Error(`"${text}" is no regular expression: ${error instanceof Error ? error.message : String(error)}`);
  }
}
