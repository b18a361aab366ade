import type { Deployment } from '../config/deployment.ts';
import type { Fate, WorkerFailure, WorkerSnapshot } from '../lifecycle/worker-snapshot.ts';
import type { ControllerEnvironment } from './controller-environment.ts';
import type { Retries } from './retries.ts';
import type { RunCounts } from './run-counts.ts';
import type { WorkerInstances } from './worker-instances.ts';
import type { WorkerSchedule } from './worker-schedule.ts';
import type { WorkerStatus } from './worker-status.ts';

/** What a controller knows of its worker. */
export interface WorkerParts {
  readonly id: string;
  readonly env: ControllerEnvironment;
  readonly instances: WorkerInstances;
  readonly status: WorkerStatus;
  readonly counts: RunCounts;
  readonly retries: Retries;
  readonly schedule: WorkerSchedule;
}

/** What a worker that does not run would take along. */
function fateAtRest(deployment: Deployment): Fate {
  const isolation = deployment.kind === 'module' && deployment.registeredName === undefined && deployment.isolation;
  return { scope: isolation === 'shared' ? 'host' : isolation === 'native' ? 'master' : 'itself', with: [] };
}

export function snapshotOf({ id, env, instances, status, counts, retries, schedule }: WorkerParts): WorkerSnapshot {
  const { configured, current, debugging } = instances.now;
  const { config, deployment, packageName, packageVersion } = configured.inForce;
  const { run, resources } = current;
  const { state } = status;
  const { group, metadata } = configured.next.config;
  const mask = (text: string) => env.mask?.(text) ?? text;
  const failure = status.failure && maskFailure(status.failure, mask);
  return {
    id,
    type: config.type,
    isolation: configured.worker.isolation,
    state,
    health: current.health,
    since: iso(status.since),
    pid: run?.pid ?? 0,
    host_pid: run?.hostPid ?? 0,
    restarts: counts.restarts,
    retry_at: retries.at === null ? null : iso(retries.at),
    last_error: failure,
    last_run: instances.lastRun,
    next_run: schedule.next === null ? null : iso(schedule.next),
    endpoints: (run?.endpoints() ?? []).map((one) =>
      // The only place of a secret in an address is before an @.
      one.address.includes('@') ? { ...one, address: mask(one.address) } : one,
    ),
    fate: run?.fate ?? fateAtRest(deployment),
    resources,
    limits: current.limits,
    package: packageName ?? null,
    version: packageVersion ?? metadata?.version ?? null,
    enabled: config.enabled,
    depends_on: config.dependsOn,
    group: group ?? null,
    name: metadata?.name ?? null,
    description: metadata?.description ?? null,
    tags: metadata?.tags ?? [],
    debugging: debugging.isOn,
    held: current.isHeld,
    restart_needed: configured.restartNeeded,
    log_lines_dropped: env.droppedLines?.(id) ?? 0,
    diagnostics: {
      state,
      type: config.type,
      lastError: failure?.message ?? null,
      startTime: run?.startedAt ?? null,
      resourceUsage: resources,
      processId: run?.pid ?? 0,
      executablePath: executableOf(deployment),
      memoryLimit: config.limits?.maxRssBytes === undefined ? null : (run?.enforcement?.memoryLimit ?? 'watched'),
      permissions: run?.enforcement?.permissions ?? null,
      executableExists: failure?.code !== 'executable-not-found' && failure?.code !== 'module-not-found',
    },
  };
}

/** The last words of a worker stand in it. */
function maskFailure(failure: WorkerFailure, mask: (text: string) => string): WorkerFailure {
  const { stack } = failure;
  return { ...failure, message: mask(failure.message), ...(stack === undefined ? {} : { stack: mask(stack) }) };
}

/** What is run; empty where nothing is known of it. */
export function executableOf(deployment: Deployment): string {
  switch (deployment.kind) {
    case 'process':
      return deployment.executable ?? deployment.hosted?.path ?? '';
    case 'module':
      return deployment.path;
    case 'unmanaged':
      return '';
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
