import type { ToldSnapshot } from '../lifecycle/told-snapshot.ts';
import type { WorkerFailure, WorkerSnapshot } from '../lifecycle/worker-snapshot.ts';

/** Why and since when a worker is not run. */
export interface Refusal {
  readonly failure: WorkerFailure;
  /** How it would run. */
  readonly type: WorkerSnapshot['type'];
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** What is shown of a worker that the file names but that cannot be run as it is written there. */
export function refusedSnapshot(id: string, { failure, type, since }: Refusal): ToldSnapshot {
  return {
    id,
    type,
    isolation: type === 'module' ? 'shared' : 'process',
    state: 'failed',
    health: 'unknown',
    health_reason: null,
    since: new Date(since).toISOString(),
    pid: 0,
    host_pid: 0,
    restarts: 0,
    ready_in_ms: null,
    retry_at: null,
    last_error: failure,
    last_run: null,
    next_run: null,
    endpoints: [],
    fate: { scope: 'itself' },
    resources: null,
    limits: [],
    package: null,
    version: null,
    enabled: true,
    depends_on: [],
    failed_dependencies: [],
    group: null,
    name: null,
    description: null,
    tags: [],
    debugging: false,
    held: false,
    restart_needed: [],
    log_lines_dropped: 0,
    diagnostics: {
      state: 'failed',
      type,
      lastError: failure.message,
      startTime: null,
      resourceUsage: null,
      processId: 0,
      executablePath: '',
      executableExists: false,
      memoryLimit: null,
      permissions: null,
    },
  };
}
