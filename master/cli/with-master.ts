import { connectToMaster, NoMasterError, type MasterClient } from '../connect.ts';
import { placesOf } from '../places.ts';
import { reapWithoutMaster } from '../reap-abandoned.ts';
import { CommandError } from './command.ts';

/**
 * Does `work` with the running master of `file`. Rejects with a CommandError when none runs; what a killed one left is
 * ended then, for nobody else would.
 */
export async function withMaster<T>(file: string, work: (client: MasterClient) => Promise<T>): Promise<T> {
  let client: MasterClient;
  try {
    client = await connectToMaster({ file, name: 'hsu', owner: false });
  } catch (error) {
    if (!(error instanceof NoMasterError)) throw error;
    const ended = await reapWithoutMaster(placesOf(file));
    const left = ended.length > 0 ? [`A former master was killed and had left processes: ${ended.join('; ')}.`] : [];
    throw new CommandError([error.message, ...left].join('\n'));
  }
  try {
    return await work(client);
  } finally {
    client.dispose();
  }
}
