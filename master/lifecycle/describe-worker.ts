import type { WorkerSnapshot } from './worker-snapshot.ts';

/**
 * The one sentence shown for a worker in the tree, the lens, the command line and to screen readers:
 * "data-processor-2, running, module (shared), http://127.0.0.1:8081".
 */
export function describeWorker(worker: WorkerSnapshot): string {
  const parts: string[] = [worker.id, describeState(worker)];
  parts.push(worker.type === 'process' ? 'process' : `module (${worker.isolation})`);
  const url = worker.endpoints.find((endpoint) => endpoint.type === 'url');
  if (url) parts.push(url.address);
  const over = worker.limits
    .filter(({ state }) => state === 'over')
    .map(({ resource }) => resource.replaceAll('_', ' '));
  if (over.length > 0) parts.push(`over its limit of ${over.join(' and ')}`);
  if (worker.retry_at) parts.push(`next try at ${worker.retry_at.slice(11, 19)}`);
  if (worker.next_run) parts.push(`runs next at ${worker.next_run.slice(0, 16).replace('T', ' ')}`);
  if (worker.restart_needed.length > 0) parts.push(`restart needed: ${worker.restart_needed.join(', ')} changed`);
  return parts.join(', ');
}

/** The state, with the health where it is news: "running", "running (degraded)". */
export function describeState(worker: Pick<WorkerSnapshot, 'state' | 'health' | 'debugging' | 'held'>): string {
  if (worker.state !== 'running') return worker.state;
  if (worker.debugging) return 'running (debugging)';
  if (worker.held) return 'running (held: its output waits)';
  return worker.health === 'degraded' || worker.health === 'unhealthy' ? `running (${worker.health})` : 'running';
}
