import path from 'node:path';
import type { Outcome } from '../../protocol.ts';
import { AgentError } from '../agent-error.ts';
import type { AgentMaster } from '../agent-host.ts';
import { shorten } from '../bounded.ts';
import { type Input, schemaOf } from '../input.ts';
import type { AgentTool } from '../tool.ts';

export const startWorkers = operation(
  'start',
  'Starts workers and waits until they are ready or have failed. Starts the master too when none runs. Prefer it over running a service in a terminal: its ports, environment and logs are then as configured.',
);

export const stopWorkers = operation(
  'stop',
  'Stops workers and waits until nothing of them is left. Never end their processes by signals instead.',
);

export const restartWorkers = operation(
  'restart',
  'Stops workers and starts them again, as after a change of their source. A change of the workers file needs apply_configuration instead.',
);

function operation(verb: 'start' | 'stop' | 'restart', description: string): AgentTool {
  const title = `${verb[0]?.toUpperCase()}${verb.slice(1)}`;
  return {
    name: `${verb}_workers`,
    title: `${title} workers`,
    description: `${description} Answers with the outcome of each worker.`,
    input: schemaOf({
      ids: { type: 'array', description: 'The ids of the workers.', items: { type: 'string' } },
      all: { type: 'boolean', description: 'All enabled workers, instead of ids.', default: false },
    }),
    readOnly: false,
    preview({ host, input }) {
      const ids = idsOf(input, verb);
      const whom = ids.length === 0 ? 'all workers' : shorten(ids.join(', '), 200);
      return Promise.resolve({ title: `${title} ${whom} of ${path.basename(host.file)}?`, detail: host.file });
    },
    async run({ host, input }) {
      const ids = idsOf(input, verb);
      const master = await (verb === 'stop' ? host.master() : host.startedMaster());
      return outcomesAnswer(await operate(master, verb, ids), verb);
    },
  };
}

function operate(master: AgentMaster, verb: 'start' | 'stop' | 'restart', ids: readonly string[]) {
  return master[verb](ids);
}

function outcomesAnswer(outcomes: readonly Outcome[], verb: string): object {
  const failed = outcomes.filter(({ ok }) => !ok);
  const first = failed[0]?.id;
  return {
    ok: failed.length === 0,
    ...(failed.length > 0 && first !== undefined ? { next: `Call explain_failure with id "${first}".` } : {}),
    ...(outcomes.length === 0 ? { note: `There was no worker to ${verb}.` } : {}),
    // Failures first: should the answer be too long, they are the part to keep.
    outcomes: [...failed, ...outcomes.filter(({ ok }) => ok)].map(({ id, ok, message }) => ({
      id,
      ok,
      message: shorten(message, 300),
    })),
  };
}

/** Empty for all. */
function idsOf(input: Input, verb: string): readonly string[] {
  const ids = input.texts('ids');
  if (input.flag('all') === ids.length > 0) {
    throw new AgentError(`${verb}_workers takes either ids or all: true. list_workers shows the ids.`);
  }
  return ids;
}
