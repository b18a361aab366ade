import { neutralise } from '../../master/logs/neutralise.ts';
import type { LogLine } from '../../master/protocol.ts';

/** Output may be seen this long after the failure it tells of. Milliseconds. */
const lateMs = 1_000;

/** How much is shown before and after. */
const before = 200;
const after = 50;

export interface Failure {
  /** ISO 8601. */
  readonly at: string;
  readonly message: string;
  readonly stack?: string | undefined;
}

export interface FailureText {
  readonly text: string;
  /** The line that says what failed, from 0. */
  readonly failureLine: number;
}

/** The output around a failure, with the failure itself between the last words of the run and what came after. */
export function linesAroundFailure(id: string, lines: readonly LogLine[], failure: Failure): FailureText {
  const until = Date.parse(failure.at) + lateMs;
  const up = lines.filter(({ time }) => Date.parse(time) <= until).slice(-before);
  const down = lines.filter(({ time }) => Date.parse(time) > until).slice(0, after);
  // What a later run says within the second is no last word of this one.
  const run = up.findLast(({ time }) => time <= failure.at)?.run ?? up.at(-1)?.run ?? 0;
  const last = up.filter((line) => line.run <= run);
  const next = [...up.filter((line) => line.run > run), ...down];
  const failed = [`──── ${failure.at} ${id} failed: ${failure.message}`, ...stackLines(failure)];
  return {
    text: [...last.map((line) => lineText(line)), ...failed, ...next.map((line) => lineText(line)), ''].join('\n'),
    failureLine: last.length,
  };
}

/** One line of output as documents show it, behind a prefix where it needs one. */
export function lineText({ time, stream, text }: LogLine, prefix = ''): string {
  return `${time} ${stream === 'stderr' ? '[stderr] ' : ''}${prefix}${neutralise(text)}`;
}

function stackLines({ stack, message }: Failure): string[] {
  if (stack === undefined) return [];
  return stack
    .split('\n')
    .filter((line) => line.trim() !== '' && line !== message)
    .map((line) => `     ${line}`);
}
