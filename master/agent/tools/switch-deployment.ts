import path from 'node:path';
import { describeFilled } from '../../config/fill-block.ts';
import type { WorkerSnapshot } from '../../lifecycle/worker-snapshot.ts';
import type { Transition } from '../../protocol.ts';
import { planSwitch } from '../../world/plan-switch.ts';
import { AgentError } from '../agent-error.ts';
import type { AgentMaster } from '../agent-host.ts';
import { schemaOf } from '../input.ts';
import { lineDiff } from '../../config/line-diff.ts';
import type { AgentTool, ToolCall } from '../tool.ts';
import { changeFile, notRunning, runningMaster } from './change-file.ts';
import { factsOf, snapshotOf } from './worker-facts.ts';

export const switchDeployment: AgentTool = {
  name: 'switch_deployment',
  title: 'Switch deployment',
  description:
    'Makes a worker run the other way: as a process of its own, or as a module inside the master. Edits the workers file, or the overlay of an environment, applies it, and answers with the diff and with memory and start time before and after. Says why when it cannot be done.',
  input: schemaOf(
    {
      id: { type: 'string', description: 'The id of the worker.' },
      to: { type: 'string', description: 'How it is to run.', enum: ['process', 'module'] },
      environment: {
        type: 'string',
        description:
          'The environment whose overlay, workers.NAME.yaml, is edited instead of the workers file; "" for none. Default: the one in force.',
      },
    },
    'id',
    'to',
  ),
  readOnly: false,
  async preview(call) {
    const { change } = await changeOf(call);
    const { input } = call;
    return {
      title: `Run ${input.text('id')} of ${path.basename(change.file)} as a ${input.text('to')}, and restart it if it runs?`,
      detail: lineDiff(change.before, change.after),
    };
  },
  async run(call) {
    const { change, laid } = await changeOf(call);
    const { host, input } = call;
    const id = input.text('id');
    const running = await runningMaster(host);
    const before = running && (await measuresOf(running, id));
    const { diff, master, plan } = await changeFile(host, change, laid);
    const changed = { file: change.file, diff, ...(change.filled && { filled: describeFilled(change.filled) }) };
    if (!master || !plan) return { ...changed, note: notRunning };
    const refused = plan.refused.find((one) => one.id === id);
    if (refused) throw new AgentError(`${refused.message} The file was changed all the same:\n${diff}`);
    const worker = await snapshotOf(master, id);
    return {
      ...changed,
      worker: factsOf(worker),
      ...(before ? { before } : {}),
      ...(worker.state === 'running' ? { after: await measuresOf(master, id) } : {}),
      ...(worker.state === 'failed' ? { next: `Call explain_failure with id "${id}".` } : {}),
    };
  },
};

async function changeOf({ host, input }: ToolCall) {
  const to = input.text('to') === 'module' ? 'module' : 'process';
  const named = input.optionalText('environment');
  const environment = (named ?? (await host.environment())) || undefined;
  const change = await planSwitch(host.file, environment, input.text('id'), to);
  if ('refused' in change) throw new AgentError(change.refused);
  return { change, laid: named === undefined ? {} : { environment: environment ?? null } };
}

/** Undefined for a worker that does not run. */
async function measuresOf(master: AgentMaster, id: string): Promise<object | undefined> {
  const worker = (await master.snapshots()).find((snapshot) => snapshot.id === id);
  if (worker?.state !== 'running') return undefined;
  return { type: worker.type, memory_bytes: memoryOf(worker), start_ms: startMs(await master.timeline(id)) };
}

/** Its own memory: inside the master only the heap of its thread is its own. */
function memoryOf({ resources, type }: WorkerSnapshot): number | null {
  if (!resources) return null;
  return type === 'process' ? resources.rss_bytes : (resources.heap_bytes ?? resources.rss_bytes);
}

function startMs(timeline: readonly Transition[]): number | null {
  const ready = timeline.findLastIndex(({ state }) => state === 'running');
  const [starting, running] = [timeline[ready - 1], timeline[ready]];
  return running && starting?.state === 'starting' ? Date.parse(running.at) - Date.parse(starting.at) : null;
}
