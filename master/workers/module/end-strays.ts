import { endTree } from '../process/end-tree.ts';
import { runMarker, workerMarkers } from '../process/environment.ts';
import { thisMachine } from '../process/table/process-table.ts';

/**
 * Ends what a module's child processes began and left behind; they carry the run's marks in their environment.
 * Resolves to one sentence for each; rejects with a WorkerError when one cannot be ended.
 */
export async function endStrays(id: string, masterKey: string, run: number): Promise<readonly string[]> {
  const markers = [...workerMarkers(id, masterKey), runMarker(run)];
  const roots = () => ({ markers, known: new Set<string>() });
  const ending = { worker: id, table: thisMachine, roots, remember: () => undefined };
  return (await endTree(ending, 0)).leftovers;
}
