import { NoMasterError } from '../../connect.ts';
import { page } from '../bounded.ts';
import { schemaOf } from '../input.ts';
import type { AgentTool } from '../tool.ts';
import { readWorkersText } from '../workers-text.ts';
import { factsOf } from './worker-facts.ts';

export const listWorkers: AgentTool = {
  name: 'list_workers',
  title: 'List workers',
  description:
    'Lists the workers (services) of the workers file with state, health, address and last error. Start here when asked what runs, what failed or where a service listens. Not for details of one worker: use get_worker or explain_failure.',
  input: schemaOf({
    cursor: { type: 'integer', description: 'next_cursor of the answer before.', minimum: 0, maximum: 100_000 },
  }),
  readOnly: true,
  async run({ host, input }) {
    const from = input.number('cursor') ?? 0;
    const workers = await host.master().then(
      async (master) => (await master.snapshots()).map(factsOf),
      async (error: unknown) => {
        if (!(error instanceof NoMasterError)) throw error;
        return undefined;
      },
    );
    const listed = workers ?? (await notRunning(host.file));
    const { shown, next } = page(listed, from, 3_300);
    return {
      file: host.file,
      ...(workers ? {} : { note: 'No master runs, so no worker does: start_workers, or "hsu run", starts them.' }),
      count: listed.length,
      workers: shown,
      ...(next === undefined ? {} : { next_cursor: next }),
    };
  },
};

async function notRunning(file: string): Promise<readonly object[]> {
  const { workers } = await readWorkersText(file);
  return workers.map(({ id, resolved }) =>
    resolved ? { id, type: resolved.config.type, state: 'not running' } : { id, state: 'has errors in the file' },
  );
}
