import type { WorkerSnapshot } from '../../lifecycle/worker-snapshot.ts';
import { AgentError } from '../agent-error.ts';
import type { AgentMaster } from '../agent-host.ts';
import { shorten } from '../bounded.ts';

/** A worker in few words. What is as usual is left out. */
export function factsOf(worker: WorkerSnapshot): object {
  const { id, type, isolation, state, health, endpoints, last_error, fate, retry_at, restart_needed } = worker;
  const endpoint = endpoints[0]?.address;
  return {
    id,
    type,
    ...(type === 'module' ? { isolation } : {}),
    state,
    ...(state === 'running' ? { health } : {}),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(state === 'failed' && last_error
      ? { last_error: { code: last_error.code, message: shorten(last_error.message, 300) } }
      : {}),
    ...(retry_at === null ? {} : { retry_at }),
    ...(restart_needed.length === 0 ? {} : { restart_needed }),
    ...(fate.scope === 'itself' ? {} : { fate: { scope: fate.scope, with: fate.with.slice(0, 8) } }),
    ...(worker.enabled ? {} : { enabled: false }),
  };
}

/** Throws an AgentError that names the workers there are. */
export async function snapshotOf(master: AgentMaster, id: string): Promise<WorkerSnapshot> {
  const all = await master.snapshots();
  const found = all.find((worker) => worker.id === id);
  if (found) return found;
  const known = all.map((worker) => worker.id).join(', ') || 'none';
  throw new AgentError(
    `The master runs no worker "${id}"; it has: ${shorten(known, 600)}. If the file has just been changed, call apply_configuration with dry_run false.`,
  );
}

/** Whether it runs and nothing says that it is unwell. "Running" means ready. */
export function isUp({ state, health }: WorkerSnapshot): boolean {
  return state === 'running' && (health === 'healthy' || health === 'unknown');
}
