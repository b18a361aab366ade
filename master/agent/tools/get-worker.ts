import { schemaOf } from '../input.ts';
import type { AgentTool } from '../tool.ts';
import { placeOf, readWorkersText } from '../workers-text.ts';
import { snapshotOf } from './worker-facts.ts';

export const getWorker: AgentTool = {
  name: 'get_worker',
  title: 'Get worker',
  description:
    'Everything about one worker: state, resources, restarts, the latest states with causes, effective configuration (secrets masked) and where it stands in the file, what it depends on and what else goes down with it. To learn why it failed use explain_failure.',
  input: schemaOf({ id: { type: 'string', description: 'The id of the worker.' } }, 'id'),
  readOnly: true,
  async run({ host, input }) {
    const id = input.text('id');
    const master = await host.master();
    const { diagnostics, last_error, ...facts } = await snapshotOf(master, id);
    const file = await readWorkersText(host.file);
    const reading = file.workers.find((worker) => worker.id === id);
    const resolved = reading?.resolved;
    const dependents = file.workers.filter(({ resolved: other }) => other?.config.dependsOn.includes(id));
    const timeline = await master.timeline(id);
    return {
      ...facts,
      last_error: last_error && { code: last_error.code, message: last_error.message },
      started: diagnostics.startTime,
      timeline: timeline
        .slice(-8)
        .map(({ at, state, cause }) => (cause === null ? { at, state } : { at, state, cause })),
      ...(reading ? { stands_in: { file: host.file, line: placeOf(file.text, reading.start).line } } : {}),
      depends_on: resolved?.config.dependsOn ?? [],
      depended_on_by: dependents.map((worker) => worker.id),
      configuration: resolved
        ? {
            from: resolved.packageName ? `the file and package ${resolved.packageName}` : 'the file',
            deployment: resolved.deployment,
            restart: resolved.config.restart,
            health_check: resolved.healthCheck ?? null,
            start_timeout_ms: resolved.config.startTimeoutMs,
          }
        : 'It has errors in the file: call validate_workers_file.',
    };
  },
};
