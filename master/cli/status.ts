import { describeHealth, describeWorker } from '../lifecycle/describe-worker.ts';
import type { WorkerSnapshot } from '../lifecycle/worker-snapshot.ts';
import { inertJson } from '../logs/neutralise.ts';
import { CommandError, type Command } from './command.ts';
import { withMaster } from './with-master.ts';

export const statusCommand: Command = {
  name: 'status',
  usage: '[ID]',
  summary: 'Shows the workers of the running master.',
  options: {},
  words: 1,
  async run({ terminal, positionals, file, json }) {
    const [id] = positionals;
    const workersFile = file();
    const all = await withMaster(workersFile, (client) => client.snapshots()).catch((error: unknown) => {
      // Whoever reads the value is told that there are no workers; why, stderr says.
      if (json) terminal.stdout.write('[]\n');
      throw error;
    });
    const workers = id === undefined ? all : all.filter((worker) => worker.id === id);
    if (id !== undefined && workers.length === 0) {
      const known = all.map((worker) => worker.id).join(', ') || 'none';
      throw new CommandError(`There is no worker "${id}" in ${workersFile}; it has: ${known}.`);
    }
    terminal.stdout.write(json ? `${inertJson(workers)}\n` : workers.map(describeWithFailure).join(''));
    return workers.some(({ state }) => state === 'failed') ? 1 : 0;
  },
};

/** A line a worker, and more of them where it failed or is not well, and where lines of its output are not kept any more. */
function describeWithFailure(worker: WorkerSnapshot): string {
  const failed = worker.state === 'failed' && worker.last_error ? `\n  ${worker.last_error.message}` : '';
  const ill = worker.health_reason === null ? '' : `\n  ${worker.id} is ${describeHealth(worker)}.`;
  const lost = worker.log_lines_dropped;
  const dropped = lost > 0 ? `\n  The oldest ${lost} lines of its output are not kept any more.` : '';
  return `${describeWorker(worker)}${failed}${ill}${dropped}\n`;
}
