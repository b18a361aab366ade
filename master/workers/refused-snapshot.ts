import type { WorkerFailure, WorkerSnapshot } from '../lifecycle/worker-snapshot.ts';

/** What is shown of a worker that the file names but that cannot be run as it is written there. */
export function refusedSnapshot(id: string, failure: WorkerFailure, now: number): WorkerSnapshot {
  return {
    id,
    type: 'process',
    isolation: 'process',
    state: 'failed',
    health: 'unknown',
    since: new Date(now).toISOString(),
    pid: 0,
    host_pid: 0,
    restarts: 0,
    retry_at: null,
    last_error: failure,
    last_run: null,
    next_run: null,
    endpoints: [],
    fate: { scope: 'itself', with: [] },
    resources: null,
    limits: [],
    package: null,
    version: null,
    enabled: true,
    depends_on: [],
    group: null,
    debugging: false,
    restart_needed: [],
    log_lines_dropped: 0,
    diagnostics: {
      state: 'failed',
      type: 'process',
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
