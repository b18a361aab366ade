import type { LogLine } from '../protocol.ts';
import { UsageError, type Command } from './command.ts';
import { interrupted } from './interrupted.ts';
import { withMaster } from './with-master.ts';

export const logsCommand: Command = {
  name: 'logs',
  usage: 'ID [-f] [--lines N] [--since T] [--grep RE]',
  summary: 'Shows what a worker wrote; -f goes on as it writes.',
  options: {
    follow: { type: 'boolean', short: 'f' },
    lines: { type: 'string' },
    since: { type: 'string' },
    grep: { type: 'string' },
  },
  run({ terminal, positionals, text, flag, file, json }) {
    const [id, ...more] = positionals;
    if (id === undefined || more.length > 0) throw new UsageError('hsu logs needs the id of one worker.');
    const since = text('since');
    const grep = text('grep');
    const pattern = grep === undefined ? undefined : regularExpression(grep);
    const params = {
      id,
      lines: count(text('lines') ?? '100'),
      ...(since === undefined ? {} : { since: time(since) }),
      ...(grep === undefined ? {} : { grep }),
    };
    const show = (line: LogLine) => terminal.stdout.write(`${json ? JSON.stringify(line) : line.text}\n`);
    return withMaster(file(), async (client) => {
      if (!flag('follow')) {
        const lines = await client.logs(params);
        if (json) terminal.stdout.write(`${JSON.stringify(lines)}\n`);
        else lines.forEach(show);
        return 0;
      }
      const arrived: LogLine[] = [];
      let take = (line: LogLine): unknown => arrived.push(line);
      client.onLogLines(({ lines, dropped }) => {
        if (dropped > 0) terminal.stderr.write(`${dropped} lines were written faster than they can be shown.\n`);
        lines.forEach((line) => take(line));
      });
      // Followed first and read then, so that no line falls between; what came twice is shown once.
      await client.follow(id);
      const past = await client.logs(params);
      past.forEach(show);
      const shown = past.at(-1)?.seq ?? 0;
      take = (line) => line.seq > shown && (pattern?.test(line.text) ?? true) && show(line);
      arrived.forEach((line) => take(line));
      await Promise.race([client.closed(), interrupted()]);
      return 0;
    });
  },
};

function count(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new UsageError(`--lines is a whole number from 0, not "${text}".`);
}

/** ISO 8601, or how long ago: "10m", "2h". */
function time(text: string): string {
  const ago = /^(\d+)(s|m|h|d)$/.exec(text);
  if (ago) {
    const seconds = { s: 1, m: 60, h: 3600, d: 86_400 }[ago[2] as 's' | 'm' | 'h' | 'd'];
    return new Date(Date.now() - Number(ago[1]) * seconds * 1000).toISOString();
  }
  const date = new Date(text);
  if (!Number.isNaN(date.getTime())) return date.toISOString();
  throw new UsageError(`--since is a time such as 2026-01-31T12:00:00Z, or how long ago such as 10m, not "${text}".`);
}

function regularExpression(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new UsageError(`--grep is a regular expression: ${error instanceof Error ? error.message : String(error)}.`);
  }
}
