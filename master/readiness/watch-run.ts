import type { Clock } from '../clock.ts';
import type { ResolvedWorker } from '../config/deployment.ts';
import type { HealthCheckConfig } from '../config/worker-config.ts';
import { createProbe, type Probe } from '../health/probe.ts';
import type { HealthState } from '../health/health-state.ts';
import { watchHealth } from '../health/watch-health.ts';
import type { Health } from '../lifecycle/worker-snapshot.ts';
import type { HealthWatch } from '../workers/controller-environment.ts';
import { tellsOfItself } from '../workers/module/is-program.ts';
import type { Run } from '../workers/worker.ts';
import { probeOf, saysUnhealthy, targetOf } from './run-probe.ts';
import { isReadyByHealth } from './until-ready.ts';

/** How a module that has an opinion of its health is asked for it, where nothing else is configured. */
const ownOpinion: HealthCheckConfig = {
  type: 'process',
  intervalMs: 10_000,
  timeoutMs: 5_000,
  initialDelayMs: 0,
  failureThreshold: 3,
  successThreshold: 1,
};

/** Watches what is configured, or a module's own opinion; undefined when nothing can be told. */
export function watchRun(
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
    const options = { probe, check: healthCheck, signal, clock, onChange };
    if (!isReadyByHealth(worker)) return watchHealth(options);
    changed('healthy', 'it is well');
    return watchHealth({ ...options, initial: { health: 'healthy', failures: 0, successes: 1, reason: null } });
  }
  const { deployment } = worker;
  const hasVoice = deployment.kind === 'process' ? tellsOfItself(deployment.hosted) : deployment.kind === 'module';
  if (!hasVoice) return undefined;
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
