import { rmSync } from 'node:fs';
import { acquireLock, type Identify } from './master-lock.ts';
import { preparePlaces, type Places } from './places.ts';
import { endTree } from './workers/process/end-tree.ts';
import { masterMarker, workerMarkers } from './workers/process/environment.ts';
import { thisMachine } from './workers/process/table/process-table.ts';

/** How long what a dead master left may take to end when asked. Milliseconds. */
const usualGraceMs = 5_000;

/**
 * Ends every process that a former master of these places left, except those of the workers that are about to be
 * taken over; without a grace time nobody is asked first. Resolves to sentences about what was ended. Only for whoever
 * holds the lock.
 */
export async function reapAbandoned(
  places: Places,
  except: readonly string[],
  graceMs = usualGraceMs,
): Promise<readonly string[]> {
  const kept = except.map((id) => workerMarkers(id, places.key));
  const ending = {
    worker: 'A worker of a former master',
    table: thisMachine,
    roots: () => ({ markers: [masterMarker(places.key)], known: new Set<string>(), except: kept }),
    remember: () => undefined,
  };
  return (await endTree(ending, graceMs)).leftovers;
}

/**
 * The same for whoever finds no master running: nobody will take anything over, so nothing is kept. Empty when a
 * master turns out to be just starting.
 */
export async function reapWithoutMaster(places: Places): Promise<readonly string[]> {
  preparePlaces(places);
  const lock = await acquireLock(places.lock, identifyProcess);
  if (!('release' in lock)) return [];
  try {
    const ended = await reapAbandoned(places, []);
    if (ended.length > 0) rmSync(places.state, { force: true });
    return ended;
  } finally {
    lock.release();
  }
}

export const identifyProcess: Identify = async (pid) => (await thisMachine.find(pid))?.start;
