import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { isAtRest } from '../../master/lifecycle/worker-state.ts';

/**
 * What a debug session does about a worker whose debugger has just been cut off: `attach` to its new run, `wait` for
 * what comes, or `release` it, because it is stopped for good or somebody closed its inspector.
 */
export function planAfterDetach(
  worker: WorkerSnapshot | undefined,
  attachedRun: string,
): 'attach' | 'wait' | 'release' {
  if (!worker) return 'release';
  if (isAtRest(worker.state)) return worker.retry_at === null ? 'release' : 'wait';
  if (worker.state !== 'running') return 'wait';
  if (runOf(worker) !== attachedRun) return 'attach';
  return worker.debugging ? 'wait' : 'release';
}

/** Differs between any two runs of a worker, also over a restart of the master. */
export function runOf(worker: WorkerSnapshot): string {
  return `${worker.host_pid}/${worker.restarts}`;
}
