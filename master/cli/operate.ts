import type { MasterClient } from '../master-client.ts';
import { inertJson } from '../logs/neutralise.ts';
import type { Outcome } from '../protocol.ts';
import { UsageError, type Command } from './command.ts';
import { withMaster } from './with-master.ts';

export const startCommand = operation('start', 'Starts workers and waits until they run.', (client, ids) =>
  client.start(ids),
);

export const stopCommand = operation('stop', 'Stops workers and waits until nothing of them is left.', (client, ids) =>
  client.stop(ids),
);

export const restartCommand = operation('restart', 'Stops workers and starts them again.', (client, ids) =>
  client.restart(ids),
);

export const swapCommand = operation(
  'swap',
  'Starts fresh runs beside those that run and lets them take their place when they are ready: no gap.',
  (client, ids) => client.swap(ids),
);

function operation(
  name: string,
  summary: string,
  request: (client: MasterClient, ids: readonly string[]) => Promise<readonly Outcome[]>,
): Command {
  return {
    name,
    usage: 'ID… | --all',
    summary,
    options: {
      all: { type: 'boolean', about: 'All workers.' },
      'no-wait': { type: 'boolean', about: 'Ends as soon as the master knows; what came of it, "hsu status" tells.' },
    },
    run({ terminal, positionals, flag, file, json }) {
      if (flag('all') === positionals.length > 0) {
        throw new UsageError(`hsu ${name} needs the ids of workers, or --all.`);
      }
      return withMaster(file(), async (client) => {
        const outcomes = request(client, positionals);
        if (flag('no-wait')) {
          outcomes.catch(() => undefined);
          // Requests arrive in order: an answer to this one proves that the one before has arrived.
          await client.snapshots();
          if (json) terminal.stdout.write('[]\n');
          return 0;
        }
        const done = await outcomes;
        const lines = done.map(({ message }) => `${message}\n`).join('');
        terminal.stdout.write(json ? `${inertJson(done)}\n` : lines);
        return done.every(({ ok }) => ok) ? 0 : 1;
      });
    },
  };
}
