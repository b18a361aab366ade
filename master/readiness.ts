import { delay, type Clock } from './clock.ts';
import type { ResolvedWorker } from './config/deployment.ts';
import type { HealthCheckConfig } from './config/worker-config.ts';
import { createProbe, type HealthTarget, type Probe } from './health/probe.ts';
import { waitUntilReady } from './health/wait-until-ready.ts';
import type { HealthState } from './health/health-state.ts';
import { watchHealth } from './health/watch-health.ts';
import type { Health } from './lifecycle/worker-snapshot.ts';
import type { HealthWatch } from './workers/controller-environment.ts';
import { WorkerError, type Run } from './workers/worker.ts';

/** A process without a health check is running when it has lived this long. Milliseconds. */
const startGraceMs = 100;

/** How a module that has an opinion of its health is asked for it, where nothing else is configured. */
const ownOpinion: HealthCheckConfig = {
  type: 'process',
  intervalMs: 10_000,
  timeoutMs: 5_000,
  initialDelayMs: 0,
  failureThreshold: 3,
  successThreshold: 1,
};

/** "Running" means ready: the first pass of the health check, a life beyond the grace, or a module's `start()`. */
export async function untilReady(
  run: Run,
  worker: ResolvedWorker,
  limitMs: number,
  signal: AbortSignal,
  clock: Clock,
): Promise<void> {
  const { healthCheck, config } = worker;
  // Its work may be done before any check could pass.
  if (config.run === 'once') return;
  if (!healthCheck) {
    if (worker.deployment.kind === 'process') await delay(clock, startGraceMs, signal);
    return;
  }
  const target = targetOf(run, worker);
  const readiness = await waitUntilReady({
    probe: probeOf(run, createProbe(healthCheck, target)),
    signal,
    clock,
    initialDelayMs: healthCheck.initialDelayMs,
    timeoutMs: limitMs,
    hasAddress: () => target.address() !== undefined,
    discover: () => run.discover(),
  });
  if (readiness.ready) return;
  throw new WorkerError({
    code: 'not-ready',
    message:
      `${config.id} did not become ready within ${config.startTimeoutMs / 1000} s: it ${readiness.reason}. ` +
      'See its log, correct "health_check", or raise "start_timeout".',
  });
}

/** Watches what is configured, or a module's own opinion; undefined when nothing can be told. */
export function watch(
  run: Run,
  worker: ResolvedWorker,
  signal: AbortSignal,
  changed: (health: Health, why: string) => void,
  clock: Clock,
): HealthWatch | undefined {
  const { healthCheck } = worker;
  const onChange = ({ health, reason }: HealthState) => changed(health, `it ${reason ?? 'is well'}`);
  if (healthCheck) {
    const probe = probeOf(run, createProbe(healthCheck, targetOf(run, worker)));
    changed('healthy', 'it is well');
    const initial = { health: 'healthy', failures: 0, successes: 1, reason: null } as const;
    return watchHealth({ probe, check: healthCheck, signal, clock, onChange, initial });
  }
  if (worker.deployment.kind !== 'module') return undefined;
  let hasOpinion = false;
  const probe: Probe = async (probeSignal) => {
    const well = await run.healthy(probeSignal);
    hasOpinion = well !== undefined;
    return well === false ? saysUnhealthy : null;
  };
  return watchHealth({
    probe,
    check: ownOpinion,
    signal,
    clock,
    onChange: (state) => {
      if (hasOpinion) onChange(state);
    },
  });
}

const saysUnhealthy = 'says itself that it is not healthy';

/** The worker's own opinion first; then what the check finds. */
function probeOf(run: Run, check: Probe | undefined): Probe {
  return async (signal) => {
    if ((await run.healthy(signal)) === false) return saysUnhealthy;
    return check ? check(signal) : null;
  };
}

function targetOf(run: Run, { deployment }: ResolvedWorker): HealthTarget {
  let alive = true;
  void run.over.then(() => (alive = false));
  return {
    address: () => run.endpoints().find(({ type }) => type === 'url')?.address,
    alive: () => alive,
    ...(deployment.kind === 'process'
      ? { workingDirectory: deployment.workingDirectory, environment: deployment.environment }
      : {}),
  };
}
