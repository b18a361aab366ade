import type { ConnectOptions } from './contract.ts';
import { ProcessPlace } from './process-place.ts';
import { WorkerClient } from './worker-client.ts';

type Call = (method: string, args: readonly unknown[]) => Promise<unknown>;

/** Calls a worker from outside, for as long as the work takes. */
export async function connectOnce(
  masterFolder: string,
  worker: string,
  options: ConnectOptions,
  work: (call: Call) => Promise<void>,
): Promise<void> {
  const outside = new ProcessPlace({ folder: masterFolder });
  const client = new WorkerClient(outside.place, worker, options);
  try {
    await work((method, args) => client.call(method, args));
  } finally {
    client.close();
    outside.close();
  }
}
