import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import type { Client } from '../client.ts';
import type { WorkerRef } from '../master/masters.ts';
import { can } from '../views/worker-abilities.ts';
import { order } from './worker-commands.ts';

/** Starts those of several workers that can be; disabled ones only start when they are asked for alone. */
export function start(client: Client, refs: readonly WorkerRef[]): Promise<void> {
  return order(
    client,
    'start',
    those(client, refs, (worker) => worker.enabled && can('canStart', worker)),
  );
}

export function stop(client: Client, refs: readonly WorkerRef[]): Promise<void> {
  return order(
    client,
    'stop',
    those(client, refs, (worker) => can('canStop', worker)),
  );
}

export function restart(client: Client, refs: readonly WorkerRef[]): Promise<void> {
  return order(
    client,
    'restart',
    those(client, refs, (worker) => can('canRestart', worker)),
  );
}

export function restartFailed(client: Client, refs: readonly WorkerRef[]): Promise<void> {
  return order(
    client,
    'restart',
    those(client, refs, ({ state }) => state === 'failed'),
  );
}

function those(
  { masters }: Client,
  refs: readonly WorkerRef[],
  test: (worker: WorkerSnapshot) => boolean,
): readonly WorkerRef[] {
  return refs.filter((ref) => {
    const worker = masters.worker(ref);
    return worker !== undefined && test(worker);
  });
}
