import path from 'node:path';
import { interrupted } from './interrupted.ts';
import { UsageError, type Command } from './command.ts';
import { withMaster } from './with-master.ts';

const defaultSeconds = 10;

export const profileCommand: Command = {
  name: 'profile',
  usage: 'ID [--heap] [--seconds N] [--out FILE]',
  summary:
    'Records what a running worker does as a .cpuprofile, until Ctrl-C or for N seconds; --heap: what its heap holds.',
  options: { heap: { type: 'boolean' }, seconds: { type: 'string' }, out: { type: 'string' } },
  run({ terminal, positionals, flag, text, file, json }) {
    const [id, ...more] = positionals;
    if (id === undefined || more.length > 0) throw new UsageError('hsu profile needs the id of one worker.');
    const seconds = Number(text('seconds') ?? defaultSeconds);
    if (!(seconds > 0)) throw new UsageError('--seconds is a number above 0.');
    const kind = flag('heap') ? 'heap' : 'cpu';
    const name = text('out') ?? profileName(id, kind, new Date());
    const target = path.resolve(terminal.cwd(), name);
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
