import { existsSync } from 'node:fs';
import path from 'node:path';
import { interrupted } from './interrupted.ts';
import { CommandError, UsageError, type Command } from './command.ts';
import { withMaster } from './with-master.ts';

const defaultSeconds = 10;
/** A day. */
const mostSeconds = 86_400;

export const profileCommand: Command = {
  name: 'profile',
  usage: 'ID [--heap] [--seconds N] [--out FILE]',
  summary:
    'Records what a running worker does as a .cpuprofile, until Ctrl-C or for N seconds; --heap: what its heap holds.',
  options: {
    heap: { type: 'boolean', about: 'Writes what the heap holds, in place of a profile.' },
    seconds: { type: 'string', value: 'N', about: `How long is recorded: ${defaultSeconds} where it is not said.` },
    out: { type: 'string', value: 'FILE', about: 'Where it is written; a file of this name must not be there.' },
  },
  words: 1,
  run({ terminal, positionals, flag, text, file, json }) {
    const [id] = positionals;
    if (id === undefined) throw new UsageError('hsu profile needs the id of one worker.');
    const seconds = Number(text('seconds') ?? defaultSeconds);
    if (!(seconds > 0 && seconds <= mostSeconds)) {
      throw new UsageError(`--seconds is a number above 0, at most ${mostSeconds}, not "${text('seconds')}".`);
    }
    const kind = flag('heap') ? 'heap' : 'cpu';
    const name = text('out') ?? profileName(id, kind, new Date());
    const target = path.resolve(terminal.cwd(), name);
    if (existsSync(target)) {
      throw new CommandError(`${target} is there already and is left as it is: give another name with --out.`);
    }
    return withMaster(file(), async (client) => {
      const enough = new AbortController();
      void interrupted().then(() => enough.abort());
      await client.profile({ id, kind, file: target, seconds }, enough.signal);
      terminal.stdout.write(json ? `${JSON.stringify({ file: target })}\n` : `${target}\n`);
      return 0;
    });
  },
};

/** "api-2026-01-31T12-00-00.cpuprofile": its ending tells editors and browsers how to show it. */
function profileName(id: string, kind: 'cpu' | 'heap', at: Date): string {
  const time = at.toISOString().slice(0, 19).replaceAll(':', '-');
  return `${id}-${time}.${kind === 'cpu' ? 'cpuprofile' : 'heapsnapshot'}`;
}
