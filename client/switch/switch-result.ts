import { memoryOf, type WorkerHistory } from '../history/worker-history.ts';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';

/** What is compared before and after a switch. */
export interface Measures {
  readonly startMs: number | undefined;
  readonly memoryBytes: number | null;
}

export function measuresOf(worker: WorkerSnapshot, history: WorkerHistory): Measures {
  return { startMs: history.startMs(), memoryBytes: memoryOf(worker) };
}

/** "data-processor-1 runs as a module: ready in 18 ms (as a process 412 ms), 3 MB (as a process 62 MB)." */
export function describeSwitch(worker: WorkerSnapshot, before: Measures, after: Measures): string {
  const [now, then] = worker.type === 'module' ? ['a module', 'a process'] : ['a process', 'a module'];
  const facts = [
    compare(after.startMs, before.startMs, then, (ms) => `ready in ${duration(ms)}`, duration),
    compare(after.memoryBytes, before.memoryBytes, then, megabytes, megabytes),
  ].filter((fact) => fact !== undefined);
  return `${worker.id} runs as ${now}${facts.length > 0 ? `: ${facts.join(', ')}` : ''}.`;
}

function compare(
  now: number | null | undefined,
  before: number | null | undefined,
  then: string,
  say: (value: number) => string,
  sayBefore: (value: number) => string,
): string | undefined {
  if (now === null || now === undefined) return undefined;
  return before === null || before === undefined ? say(now) : `${say(now)} (as ${then} ${sayBefore(before)})`;
}

function duration(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0)} MB`;
}
