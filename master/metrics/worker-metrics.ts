import { Gauge, Registry } from 'prom-client';
import type { WorkerSnapshot } from '../lifecycle/worker-snapshot.ts';
import { workerStates } from '../lifecycle/worker-state.ts';

const labels = ['worker', 'type', 'isolation'] as const;

/** Content type of the text below. */
export const metricsContentType = Registry.PROMETHEUS_CONTENT_TYPE;

/** The workers in Prometheus' text format: the same names for processes and modules. */
export function workerMetrics(workers: readonly WorkerSnapshot[]): Promise<string> {
  const registry = new Registry();
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `hsu_worker_${name}`, help, labelNames: labels, registers: [registry] });
  const up = gauge('up', '1 while the worker is running, else 0.');
  const healthy = gauge('healthy', '1 while its health check passes, 0 while it does not; absent while unknown.');
  const restarts = gauge('restarts', 'Starts after the first since the worker was added.');
  const since = gauge('state_since_seconds', 'When the state was entered, as a Unix time.');
  const cpu = gauge('cpu_percent', 'Processor time used, in percent of one core; absent where it cannot be told.');
  const memory = gauge('memory_bytes', 'Resident memory, of a module its heap; absent where it cannot be told.');
  const state = new Gauge({
    name: 'hsu_worker_state',
    help: '1 for the state the worker is in, 0 for the others.',
    labelNames: [...labels, 'state'],
    registers: [registry],
  });
  for (const worker of workers) {
    const { id, type, isolation, resources } = worker;
    const who = { worker: id, type, isolation };
    up.set(who, Number(worker.state === 'running'));
    restarts.set(who, worker.restarts);
    since.set(who, Date.parse(worker.since) / 1000);
    if (worker.health !== 'unknown') healthy.set(who, Number(worker.health === 'healthy'));
    if (typeof resources?.cpu_percent === 'number') cpu.set(who, resources.cpu_percent);
    const bytes = resources?.rss_bytes ?? resources?.heap_bytes;
    if (typeof bytes === 'number') memory.set(who, bytes);
    for (const one of workerStates) state.set({ ...who, state: one }, Number(worker.state === one));
  }
  return registry.metrics();
}
