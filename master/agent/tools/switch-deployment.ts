import path from 'node:path';
import { applyEdits } from '../../config/apply-edits.ts';
import { switchDeployment as switchIn } from '../../config/switch-deployment.ts';
import type { WorkerSnapshot } from '../../lifecycle/worker-snapshot.ts';
import type { Transition } from '../../protocol.ts';
import { worldOf } from '../../world/read-configuration.ts';
import { AgentError } from '../agent-error.ts';
import type { AgentMaster } from '../agent-host.ts';
import { schemaOf } from '../input.ts';
import { lineDiff } from '../line-diff.ts';
import type { AgentTool, ToolCall } from '../tool.ts';
import { readWorkersText } from '../workers-text.ts';
import { changeFile, notRunning, runningMaster } from './change-file.ts';
import { factsOf, snapshotOf } from './worker-facts.ts';

export const switchDeployment: AgentTool = {
  name: 'switch_deployment',
  title: 'Switch deployment',
  description:
    'Makes a worker run the other way: as a process of its own, or as a module inside the master. Edits one word of the workers file, applies it, and answers with the diff and with memory and start time before and after. Says why when it cannot be done.',
  input: schemaOf(
    {
      id: { type: 'string', description: 'The id of the worker.' },
      to: { type: 'string', description: 'How it is to run.', enum: ['process', 'module'] },
    },
    'id',
    'to',
  ),
  readOnly: false,
  async preview(call) {
    const { text, edits } = await editsOf(call);
    const { host, input } = call;
    return {
      title: `Run ${input.text('id')} of ${path.basename(host.file)} as a ${input.text('to')}, and restart it if it runs?`,
      detail: lineDiff(text, applyEdits(text, edits)),
    };
  },
  async run(call) {
    const { text, edits } = await editsOf(call);
    const { host, input } = call;
    const id = input.text('id');
    const running = await runningMaster(host);
    const before = running && (await measuresOf(running, id));
    const { diff, master, plan } = await changeFile(host, text, edits);
    if (!master || !plan) return { diff, note: notRunning };
    const refused = plan.refused.find((one) => one.id === id);
    if (refused) throw new AgentError(`${refused.message} The file was changed all the same:\n${diff}`);
    const worker = await snapshotOf(master, id);
    return {
      diff,
      worker: factsOf(worker),
      ...(before ? { before } : {}),
      ...(worker.state === 'running' ? { after: await measuresOf(master, id) } : {}),
      ...(worker.state === 'failed' ? { next: `Call explain_failure with id "${id}".` } : {}),
    };
  },
};

async function editsOf({ host, input }: ToolCall) {
  const { text } = await readWorkersText(host.file);
  const to = input.text('to') === 'module' ? 'module' : 'process';
  const change = switchIn(text, input.text('id'), to, worldOf(host.file));
  if ('refused' in change) throw new AgentError(change.refused);
  return { text, edits: change.edits };
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
