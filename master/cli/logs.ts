import { present } from '../config/values.ts';
import { lineFilter } from '../logs/line-filter.ts';
import { inertJson, neutralise } from '../logs/neutralise.ts';
import { filterOf } from '../logs/select-lines.ts';
import { logLevels } from '../logs/structured-line.ts';
import type { LogLine } from '../protocol.ts';
import { UsageError, type Command } from './command.ts';
import { interrupted } from './interrupted.ts';
import { PacedOutput } from './paced-output.ts';
import { withMaster } from './with-master.ts';

export const logsCommand: Command = {
  name: 'logs',
  usage: 'ID [-f] [--lines N] [--since T] [--run N] [--grep RE] [--exclude RE] [--level L] [--stream S]',
  summary: 'Shows what a worker wrote; -f goes on as it writes.',
  options: {
    follow: { type: 'boolean', short: 'f', about: 'Goes on as it writes.' },
    lines: { type: 'string', value: 'N', about: 'So many of the newest lines: 100 where it is not said.' },
    since: { type: 'string', value: 'T', about: 'From a time on (2026-01-31T12:00:00Z), or from so long ago (10m).' },
    run: { type: 'string', value: 'N', about: 'Of one run: its number, 0 for the newest, -1 for the one before.' },
    grep: { type: 'string', value: 'RE', about: 'Lines that match a regular expression.' },
    exclude: { type: 'string', value: 'RE', about: 'Lines that do not match it.' },
    level: { type: 'string', value: 'L', about: `Lines of this level or a graver one: ${logLevels.join(', ')}.` },
    stream: { type: 'string', value: 'S', about: 'Lines of stdout or stderr alone.' },
  },
  words: 1,
  run({ terminal, positionals, text, flag, file, json }) {
    const [id] = positionals;
    if (id === undefined) throw new UsageError('hsu logs needs the id of one worker.');
    const since = text('since');
    const run = text('run');
    const filter = present({
      run: run === undefined ? undefined : runNumber(run),
      grep: regularExpression('grep', text('grep')),
      exclude: regularExpression('exclude', text('exclude')),
      level: oneOf('level', text('level'), logLevels),
      stream: oneOf('stream', text('stream'), ['stdout', 'stderr'] as const),
    });
    const params = {
      id,
      lines: count(text('lines') ?? '100'),
      ...(since === undefined ? {} : { since: time(since) }),
      ...filter,
    };
    const passes = lineFilter(filterOf(filter));
    const colours = terminal.stdout.isTTY === true && !process.env['NO_COLOR'];
    const output = new PacedOutput(terminal.stdout);
    const show = (line: LogLine) => output.write(`${json ? inertJson(line) : neutralise(line.text, { colours })}\n`);
    // The first line that is left tells how many were before it.
    const tellOfDropped = (lines: readonly LogLine[]) => {
      const older = (lines[0]?.seq ?? 1) - 1;
      const isAll = lines.length < params.lines && since === undefined && Object.keys(filter).length === 0;
      if (isAll && older > 0 && !json) terminal.stderr.write(`${older} older lines are not kept any more.\n`);
    };
    return withMaster(file(), async (client) => {
      if (!flag('follow')) {
        const lines = await client.logs(params);
        tellOfDropped(lines);
        if (json) terminal.stdout.write(`${inertJson(lines)}\n`);
        else lines.forEach(show);
        return 0;
      }
      const arrived: LogLine[] = [];
      let take = (line: LogLine): unknown => arrived.push(line);
      client.onLogLines(({ lines, dropped }) => {
        if (dropped > 0)
          terminal.stderr.write(`${dropped} lines are missing here: they were not kept until they could be shown.\n`);
        lines.forEach((line) => take(line));
        if (output.isBehind) client.pause();
      });
      output.onRead(() => client.resume());
      // Followed first and read then, so that no line falls between; what came twice is shown once.
      await client.follow(id);
      const past = await client.logs(params);
      past.forEach(show);
      const shown = past.at(-1)?.seq ?? 0;
      take = (line) => {
        if (line.seq > shown && passes(line)) show(line);
      };
      arrived.forEach((line) => take(line));
      const asked = Promise.race([interrupted(), output.gone]).then(() => true);
      const isAsked = await Promise.race([asked, client.closed().then(() => false)]);
      if (!isAsked) terminal.stderr.write(`The master has ended: what ${id} writes from now on is not shown.\n`);
      return 0;
    });
  },
};

function count(text: string): number {
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new UsageError(`--lines is a whole number from 0, not "${text}".`);
}

/** ISO 8601, or how long ago: "10m", "2h". */
function time(text: string): string {
  const ago = /^(\d+)(s|m|h|d)$/.exec(text);
  if (ago) {
    const seconds = { s: 1, m: 60, h: 3600, d: 86_400 }[ago[2] as 's' | 'm' | 'h' | 'd'];
    return new Date(Date.now() - Number(ago[1]) * seconds * 1000).toISOString();
  }
  // Anything else that Date reads is a guess: it takes "10" for October 2001.
  const date = /^\d{4}-\d{2}/.test(text) ? new Date(text) : undefined;
  if (date && !Number.isNaN(date.getTime())) return date.toISOString();
  throw new UsageError(`--since is a time such as 2026-01-31T12:00:00Z, or how long ago such as 10m, not "${text}".`);
}

function runNumber(text: string): number {
  if (/^-?\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new UsageError(`--run is the number of a run, 0 for the newest, -1 for the one before it, not "${text}".`);
}

function regularExpression(option: string, text: string | undefined): string | undefined {
  try {
    new RegExp(text ?? '');
    return text;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--${option} is a regular expression: ${why}.`);
  }
}

function oneOf<T extends string>(option: string, text: string | undefined, choices: readonly T[]): T | undefined {
  const chosen = choices.find((choice) => choice === text);
  if (text === undefined || chosen !== undefined) return chosen;
  throw new UsageError(`--${option} is one of ${choices.join(', ')}, not "${text}".`);
}
