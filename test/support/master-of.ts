import path from 'node:path';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { connectToMaster } from '../../master/connect.ts';
import type { MasterClient } from '../../master/master-client.ts';

/** Asks the running master of a folder's workers file, as a stranger that does not keep it alive. */
export async function withMasterOf<R>(folder: string, ask: (master: MasterClient) => Promise<R> | R): Promise<R> {
  const master = await connectToMaster({ file: path.join(folder, 'workers.yaml'), name: 'test', owner: false });
  try {
    return await ask(master);
  } finally {
    master.dispose();
  }
}

/** Resolves with the snapshot of a worker once it is as wanted; the test's time-out ends the waiting. */
export async function workerWhen(
  folder: string,
  id: string,
  wanted: (worker: WorkerSnapshot) => boolean,
): Promise<WorkerSnapshot> {
  return withMasterOf(
    folder,
    (master) =>
      new Promise((resolve) => {
        const look = (workers: readonly WorkerSnapshot[]) => {
          const worker = workers.find((each) => each.id === id);
          if (worker && wanted(worker)) resolve(worker);
        };
        master.onSnapshots(look);
        look(master.workers);
      }),
  );
}
