import { describeLimit } from '../../master/lifecycle/describe-limit.ts';
import { describeHealth, describeWorker } from '../../master/lifecycle/describe-worker.ts';
import type { Fate, WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';

/** Markdown made when the pointer rests on a row: here the fast facts may stand, rounded. */
export function workerTooltip(worker: WorkerSnapshot, now: number): string {
  const lines = [`**${escape(worker.id)}**`, '', `${escape(describeWorker(worker).slice(worker.id.length + 2))}`, ''];
  const fact = (name: string, value: string | undefined) => {
    if (value !== undefined) lines.push(`- ${name}: ${escape(value)}`);
  };
  fact('Package', worker.package === null ? undefined : [worker.package, worker.version].filter(Boolean).join(' '));
  fact('Health', describeHealth(worker));
  fact('Since', describeAge(now - Date.parse(worker.since)));
  fact('Process', worker.host_pid === 0 ? undefined : `${worker.host_pid}`);
  fact('CPU', describeCpu(worker));
  fact('Memory', describeMemory(worker));
  for (const limit of worker.limits) fact('Limit', describeLimit(limit));
  fact('Restarts', worker.restarts === 0 ? undefined : `${worker.restarts}`);
  fact('Goes down with', describeFate(worker.fate));
  for (const endpoint of worker.endpoints)
    fact(`Endpoint ${endpoint.name}`, `${endpoint.address} (${endpoint.origin})`);
  if (worker.last_error) lines.push('', `$(error) ${escape(worker.last_error.message)}`);
  return lines.join('\n');
}

export function describeAge(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 60) return minutes === 1 ? '1 minute' : `${minutes} minutes`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return hours === 1 ? '1 hour' : `${hours} hours`;
  return `${Math.floor(hours / 24)} days`;
}

export function describeFate({ scope, with: others }: Fate): string {
  if (scope === 'itself') return 'nothing else';
  if (scope === 'master') return 'the master and every module in it';
  return others.length === 0 ? 'its module host' : `its module host, with ${others.join(', ')}`;
}

function describeCpu({ resources }: WorkerSnapshot): string | undefined {
  const percent = resources?.cpu_percent;
  return percent === null || percent === undefined ? undefined : `${Math.round(percent)} %`;
}

function describeMemory({ resources }: WorkerSnapshot): string | undefined {
  const bytes = resources?.rss_bytes ?? resources?.heap_bytes;
  return bytes === null || bytes === undefined ? undefined : `${Math.round(bytes / 1_000_000)} MB`;
}

function escape(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!|<>$~]/g, String.raw`\$&`);
}
