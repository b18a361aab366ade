import type { LoopLoad, WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { describeDuration } from '../details/describe-duration.ts';

/** What is compared before and after a switch. */
export interface Measures {
  readonly readyInMs: number | null;
  readonly memory: MeasuredMemory | null;
}

/** A process's resident memory or a thread's heap, and how many others have theirs in it. */
export interface MeasuredMemory {
  readonly bytes: number;
  readonly others: number;
}

/** `loop` is that of the thread the worker's code runs in, where it is known: workers of a shared host have no other memory. */
export function measuresOf(
  { ready_in_ms: readyInMs, resources, type }: WorkerSnapshot,
  loop: LoopLoad | null,
): Measures {
  const own = type === 'process' ? resources?.rss_bytes : resources?.heap_bytes;
  if (typeof own === 'number') return { readyInMs, memory: { bytes: own, others: 0 } };
  if (type === 'process' || typeof loop?.heap_bytes !== 'number') return { readyInMs, memory: null };
  return { readyInMs, memory: { bytes: loop.heap_bytes, others: loop.shared_with.length } };
}

/** "data-processor-1 runs as a module: ready in 18 ms (as a process 412 ms), 3.0 MB (as a process 62 MB)." */
export function describeSwitch(worker: WorkerSnapshot, before: Measures, after: Measures): string {
  const [now, then] = worker.type === 'module' ? ['a module', 'a process'] : ['a process', 'a module'];
  const facts = [
    compare(after.readyInMs, before.readyInMs, then, (ms) => `ready in ${describeDuration(ms)}`, describeDuration),
    compare(after.memory, before.memory, then, size, size),
  ].filter((fact) => fact !== undefined);
  return `${worker.id} runs as ${now}${facts.length > 0 ? `: ${facts.join(', ')}` : ''}.`;
}

function compare<T>(
  now: T | null,
  before: T | null,
  then: string,
  say: (value: T) => string,
  sayBefore: (value: T) => string,
): string | undefined {
  if (now === null) return undefined;
  return before === null ? say(now) : `${say(now)} (as ${then} ${sayBefore(before)})`;
}

/** "62 MB", "9.4 MB together with 3 others". */
function size({ bytes, others }: MeasuredMemory): string {
  const megabytes = `${(bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0)} MB`;
  return others === 0 ? megabytes : `${megabytes} together with ${others} other${others === 1 ? '' : 's'}`;
}
