import { dayAndTime, timeOfDay } from './local-time.ts';
import type { WorkerSnapshot } from './worker-snapshot.ts';

/**
 * The one sentence shown for a worker in the tree, the lens, the command line and to screen readers:
 * "data-processor-2, running, module (shared), http://127.0.0.1:8081".
 */
export function describeWorker(worker: Omit<WorkerSnapshot, 'fate'>): string {
  const parts: string[] = [worker.id, describeState(worker)];
  parts.push(worker.type === 'process' ? 'process' : `module (${worker.isolation})`);
  const url = worker.endpoints.find((endpoint) => endpoint.type === 'url');
  if (url) parts.push(url.address);
  const over = worker.limits
    .filter(({ state }) => state === 'over')
    .map(({ resource }) => resource.replaceAll('_', ' '));
  if (over.length > 0) parts.push(`over its limit of ${over.join(' and ')}`);
  const { failed_dependencies: failed } = worker;
  if (failed.length > 0) parts.push(`${failed.join(' and ')} failed, on which it depends`);
  if (worker.retry_at) parts.push(`next try at ${timeOfDay(worker.retry_at)}`);
  if (worker.next_run) parts.push(`runs next at ${dayAndTime(worker.next_run)}`);
  if (worker.restart_needed.length > 0) parts.push(`restart needed: ${worker.restart_needed.join(', ')} changed`);
  return parts.join(', ');
}

/** The health, and why where it is not well: "degraded: it answered 503 at http://127.0.0.1:8081/health". */
export function describeHealth({
  health,
  health_reason: reason,
}: Pick<WorkerSnapshot, 'health' | 'health_reason'>): string {
  return reason === null ? health : `${health}: ${reason}`;
}

/** The state, with the health where it is news: "running", "running (degraded)". */
export function describeState(worker: Pick<WorkerSnapshot, 'state' | 'health' | 'debugging' | 'held'>): string {
  if (worker.state !== 'running') return worker.state;
  if (worker.debugging) return 'running (debugging)';
  if (worker.held) return 'running (held: its output waits)';
  return worker.health === 'degraded' || worker.health === 'unhealthy' ? `running (${worker.health})` : 'running';
}
