import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';

/** A snapshot of a running, healthy module, but for what a test says of it. */
export function snapshot(difference: Partial<WorkerSnapshot> = {}): WorkerSnapshot {
  return {
    id: 'data-processor',
    type: 'module',
    isolation: 'shared',
    state: 'running',
    health: 'healthy',
    health_reason: null,
    since: '2026-01-01T12:00:00.000Z',
    pid: 0,
    host_pid: 4711,
    restarts: 0,
    ready_in_ms: null,
    retry_at: null,
    last_error: null,
    last_run: null,
    next_run: null,
    endpoints: [{ name: 'http', type: 'url', address: 'http://127.0.0.1:8081', origin: 'registered' }],
    fate: { scope: 'host', with: [] },
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
      state: 'running',
      type: 'module',
      lastError: null,
      startTime: '2026-01-01T12:00:00.000Z',
      resourceUsage: null,
      processId: 0,
      executablePath: '',
      executableExists: false,
      memoryLimit: null,
      permissions: null,
    },
    ...difference,
  };
}

/** A failed worker with its one sentence. */
export function failedSnapshot(message: string, difference: Partial<WorkerSnapshot> = {}): WorkerSnapshot {
  return snapshot({
    state: 'failed',
    health: 'unknown',
    host_pid: 0,
    endpoints: [],
    last_error: { code: 'exited', message },
    ...difference,
  });
}
