import type { Clock } from '../clock.ts';
import type { ResolvedWorker } from '../config/deployment.ts';
import type { HealthCheckConfig } from '../config/worker-config.ts';
import { createProbe } from '../health/probe.ts';
import type { HealthState } from '../health/health-state.ts';
import { watchHealth } from '../health/watch-health.ts';
import type { Health } from '../lifecycle/worker-snapshot.ts';
import type { HealthWatch } from '../workers/controller-environment.ts';
import type { Run } from '../workers/worker.ts';
import { hasVoice, opinionOf, probeOf, targetOf, usualTimeoutMs } from './run-probe.ts';
import { isReadyByHealth } from './until-ready.ts';

/** How a module that has an opinion of its health is asked for it, where nothing else is configured. */
const ownOpinion: HealthCheckConfig = {
  type: 'process',
  intervalMs: 10_000,
  timeoutMs: usualTimeoutMs,
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
    const probe = probeOf(run, worker, createProbe(healthCheck, targetOf(run, worker)));
    const options = { probe, check: healthCheck, signal, clock, onChange };
    if (!isReadyByHealth(worker)) return watchHealth(options);
    changed('healthy', 'it is well');
    return watchHealth({ ...options, initial: { health: 'healthy', failures: 0, successes: 1, reason: null } });
  }
  if (!hasVoice(worker)) return undefined;
  let hasOpinion = false;
  return watchHealth({
    probe: opinionOf(run, usualTimeoutMs, (has) => (hasOpinion = has)),
    check: ownOpinion,
    signal,
    clock,
    onChange: (state) => {
      if (hasOpinion) onChange(state);
    },
  });
}
