import type { Deployment } from '../config/deployment.ts';
import type { ToldFate, ToldSnapshot } from '../lifecycle/told-snapshot.ts';
import type { WorkerFailure } from '../lifecycle/worker-snapshot.ts';
import type { WorkerParts } from './worker-parts.ts';
import type { Run } from './worker.ts';

/** What a worker that does not run would take along. */
function fateAtRest(deployment: Deployment): ToldFate {
  const isolation = deployment.kind === 'module' && deployment.registeredName === undefined && deployment.isolation;
  return { scope: isolation === 'shared' ? 'host' : isolation === 'native' ? 'master' : 'itself' };
}

function fateOf({ fate, host }: Run): ToldFate {
  return { scope: fate.scope, ...(host === undefined ? {} : { host }) };
}

export function snapshotOf({ id, env, instances, status, counts, retries, schedule }: WorkerParts): ToldSnapshot {
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
    health_reason: current.healthReason === null ? null : mask(current.healthReason),
    since: iso(status.since),
    pid: run?.pid ?? 0,
    host_pid: run?.hostPid ?? 0,
    restarts: counts.restarts,
    ready_in_ms: current.readyInMs,
    retry_at: retries.at === null ? null : iso(retries.at),
    last_error: failure,
    last_run: instances.lastRun,
    next_run: schedule.next === null ? null : iso(schedule.next),
    endpoints: (run?.endpoints() ?? []).map((one) =>
      isPlain.test(`${one.name}${one.address}`) ? one : { ...one, name: mask(one.name), address: mask(one.address) },
    ),
    fate: run ? fateOf(run) : fateAtRest(deployment),
    resources,
    limits: current.limits,
    package: packageName ?? null,
    version: packageVersion ?? metadata?.version ?? null,
    enabled: config.enabled,
    depends_on: config.dependsOn,
    failed_dependencies: state === 'running' ? (env.failedDependencies?.(configured.inForce) ?? []) : [],
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

/** The only place of a secret in an address is before an @; what a worker registers may have other signs in it. */
const isPlain = /^[\x20-\x3f\x41-\x7e]*$/;

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
