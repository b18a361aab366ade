import { setTimeout as wait } from 'node:timers/promises';
import { connectToMaster, NoMasterError, SilentMasterError } from '../connect.ts';
import type { MasterClient } from '../master-client.ts';
import { placesOf } from '../places.ts';
import { reapWithoutMaster } from '../reap-abandoned.ts';
import { CommandError } from './command.ts';

/** How long a master may be silent while a command waits for it, in ms. */
export const patienceMs = 10_000;
/** How often it is asked whether it still answers, in ms. */
const pauseMs = 5_000;

/**
 * Does `work` with the running master of `file`. Rejects with a CommandError when none runs, and when it is gone or
 * silent before the work is done; what a killed one left is ended where none runs, for nobody else would.
 */
export async function withMaster<T>(file: string, work: (client: MasterClient) => Promise<T>): Promise<T> {
  let client: MasterClient;
  try {
    client = await connectToMaster({ file, name: 'hsu', owner: false, patienceMs });
  } catch (error) {
    if (!(error instanceof NoMasterError)) throw error;
    const ended = await reapWithoutMaster(placesOf(file));
    const left = ended.length > 0 ? [`A former master was killed and had left processes: ${ended.join('; ')}.`] : [];
    throw new CommandError([error.message, ...left].join('\n'));
  }
  const done = new AbortController();
  try {
    return await Promise.race([work(client), silence(client, file, done.signal)]);
  } catch (error) {
    if (error instanceof CommandError || !client.isClosed) throw error;
    throw new CommandError(
      `The master of ${file} ended before it had answered. Start one with "hsu run"; "hsu status" then tells what became of the workers.`,
    );
  } finally {
    done.abort();
    client.dispose();
  }
}

/** Rejects when the master does not answer any more, though it is connected. */
async function silence(client: MasterClient, file: string, done: AbortSignal): Promise<never> {
  for (;;) {
    const isOver = await wait(pauseMs, false, { signal: done }).catch(() => true);
    // A master that is gone has its own sentence: it is told by what waits for it.
    if (isOver || !(await client.answers(patienceMs).catch(() => true))) break;
  }
  if (done.aborted) return new Promise(() => undefined);
  throw new SilentMasterError(file, patienceMs);
}
