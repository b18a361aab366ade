import type { WorkerSnapshot } from '../../lifecycle/worker-snapshot.ts';
import type { AgentMaster } from '../agent-host.ts';
import { schemaOf } from '../input.ts';
import type { AgentTool } from '../tool.ts';
import { factsOf, isUp, snapshotOf } from './worker-facts.ts';

export const waitUntilHealthy: AgentTool = {
  name: 'wait_until_healthy',
  title: 'Wait until healthy',
  description:
    'Waits until workers run and are healthy, and says what is not ready and why. Ends early when waiting is in vain: a worker that is stopped or has failed for good. Call it after starting or changing something, instead of polling list_workers.',
  input: schemaOf({
    ids: { type: 'array', description: 'Only these workers; all enabled ones when absent.', items: { type: 'string' } },
    timeout_seconds: { type: 'integer', description: 'How long to wait.', minimum: 0, maximum: 300, default: 30 },
  }),
  readOnly: true,
  async run({ host, input, signal }) {
    const master = await host.master();
    const ids = input.texts('ids');
    for (const id of ids) await snapshotOf(master, id);
    const begun = Date.now();
    const isAsked = (worker: WorkerSnapshot) => (ids.length > 0 ? ids.includes(worker.id) : worker.enabled);
    const workers = await settled(master, isAsked, (input.number('timeout_seconds') ?? 30) * 1_000, signal);
    const waiting = workers.filter((worker) => !isUp(worker));
    const failed = waiting.find(({ state }) => state === 'failed');
    return {
      ok: waiting.length === 0,
      waited_seconds: Math.round((Date.now() - begun) / 100) / 10,
      healthy: workers.filter(isUp).map(({ id }) => id),
      not_ready: waiting.map((worker) => ({ why: why(worker), ...factsOf(worker) })),
      ...(failed ? { next: `Call explain_failure with id "${failed.id}".` } : {}),
    };
  },
};

/** The asked workers, once all are up, or waiting for one is in vain, or the time is over. */
function settled(
  master: AgentMaster,
  isAsked: (worker: WorkerSnapshot) => boolean,
  limitMs: number,
  signal: AbortSignal,
): Promise<readonly WorkerSnapshot[]> {
  return new Promise((resolve, reject) => {
    let latest: readonly WorkerSnapshot[] = [];
    const done = () => {
      clearTimeout(timer);
      subscription.dispose();
      signal.removeEventListener('abort', done);
      resolve(latest);
    };
    const look = (workers: readonly WorkerSnapshot[]) => {
      latest = workers.filter(isAsked);
      if (latest.every(isUp) || latest.some(isInVain)) done();
    };
    const timer = setTimeout(done, limitMs);
    const subscription = master.onSnapshots(look);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) {
      done();
      return;
    }
    // Subscribed first, so that no change falls between.
    master.snapshots().then(look, reject);
  });
}

/** It does not become healthy by itself. */
function isInVain({ state, retry_at }: WorkerSnapshot): boolean {
  return state === 'stopped' || state === 'initialized' || (state === 'failed' && retry_at === null);
}

function why({ state, health, retry_at }: WorkerSnapshot): string {
  if (state === 'failed')
    return retry_at === null ? 'it failed and is not retried' : `it failed; next try at ${retry_at}`;
  if (state === 'stopped' || state === 'initialized') return 'it is not started: call start_workers';
  return state === 'running' ? `it runs but is ${health}` : `it is still ${state}`;
}
