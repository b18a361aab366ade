import type { Deployment, ResolvedWorker } from '../config/deployment.ts';
import type {
  Fate,
  Health,
  Isolation,
  LastRun,
  LimitInForce,
  Resources,
  WorkerFailure,
  WorkerSnapshot,
} from '../lifecycle/worker-snapshot.ts';
import type { WorkerState } from '../lifecycle/worker-state.ts';
import type { Run } from './worker.ts';

/** What a controller knows of its worker; times in milliseconds since the epoch. */
export interface WorkerFacts {
  readonly resolved: ResolvedWorker;
  readonly isolation: Isolation;
  readonly state: WorkerState;
  readonly since: number;
  readonly health: Health;
  readonly failure: WorkerFailure | null;
  readonly run: Run | undefined;
  readonly resources: Resources | null;
  readonly limits: readonly LimitInForce[];
  readonly lastRun: LastRun | null;
  readonly nextRun: number | null;
  readonly restarts: number;
  readonly retryAt: number | null;
  readonly debugging: boolean;
  readonly restartNeeded: readonly string[];
  readonly droppedLines: number;
  /** Takes secrets out of what is shown. */
  readonly mask: (text: string) => string;
}

/** What a worker that does not run would take along. */
function fateAtRest(deployment: Deployment): Fate {
  const isolation = deployment.kind === 'module' && deployment.registeredName === undefined && deployment.isolation;
  return { scope: isolation === 'shared' ? 'host' : isolation === 'native' ? 'master' : 'itself', with: [] };
}

export function snapshotOf(facts: WorkerFacts): WorkerSnapshot {
  const { resolved, state, run, mask } = facts;
  const failure = facts.failure && maskFailure(facts.failure, mask);
  const { config } = resolved;
  return {
    id: config.id,
    type: config.type,
    isolation: facts.isolation,
    state,
    health: facts.health,
    since: iso(facts.since),
    pid: run?.pid ?? 0,
    host_pid: run?.hostPid ?? 0,
    restarts: facts.restarts,
    retry_at: facts.retryAt === null ? null : iso(facts.retryAt),
    last_error: failure,
    last_run: facts.lastRun,
    next_run: facts.nextRun === null ? null : iso(facts.nextRun),
    endpoints: (run?.endpoints() ?? []).map((one) =>
      // The only place of a secret in an address is before an @.
      one.address.includes('@') ? { ...one, address: mask(one.address) } : one,
    ),
    fate: run?.fate ?? fateAtRest(resolved.deployment),
    resources: facts.resources,
    limits: facts.limits,
    package: resolved.packageName ?? null,
    version: resolved.packageVersion ?? null,
    enabled: config.enabled,
    depends_on: config.dependsOn,
    group: config.group ?? null,
    debugging: facts.debugging,
    restart_needed: facts.restartNeeded,
    log_lines_dropped: facts.droppedLines,
    diagnostics: {
      state,
      type: config.type,
      lastError: failure?.message ?? null,
      startTime: run?.startedAt ?? null,
      resourceUsage: facts.resources,
      processId: run?.pid ?? 0,
      executablePath: executableOf(resolved.deployment),
      memoryLimit: config.limits?.maxRssBytes === undefined ? null : (run?.enforcement?.memoryLimit ?? 'watched'),
      permissions: run?.enforcement?.permissions ?? null,
      executableExists: failure?.code !== 'executable-not-found' && failure?.code !== 'module-not-found',
    },
  };
}

/** The last words of a worker stand in it. */
function maskFailure(failure: WorkerFailure, mask: WorkerFacts['mask']): WorkerFailure {
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
