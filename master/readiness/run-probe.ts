import type { ResolvedWorker } from '../config/deployment.ts';
import type { HealthTarget, Probe } from '../health/probe.ts';
import { tellsOfItself } from '../workers/module/is-program.ts';
import type { Run } from '../workers/worker.ts';

/** How long a worker may take to say how it is where no check says more. Milliseconds. */
export const usualTimeoutMs = 5_000;

/** Whether the worker may have an opinion of its own health, as a module has. */
export function hasVoice({ deployment }: Pick<ResolvedWorker, 'deployment'>): boolean {
  return deployment.kind === 'process' ? tellsOfItself(deployment.hosted) : deployment.kind === 'module';
}

/** The worker's own opinion first; then what the check finds. */
export function probeOf(run: Run, worker: Pick<ResolvedWorker, 'deployment' | 'healthCheck'>, check: Probe): Probe {
  if (!hasVoice(worker)) return check;
  const opinion = opinionOf(run, worker.healthCheck?.timeoutMs ?? usualTimeoutMs);
  return async (signal) => (await opinion(signal)) ?? check(signal);
}

/** What the worker says itself: null where it is well. `heard` is called with whether it has an opinion at all. */
export function opinionOf(run: Run, timeoutMs: number, heard: (hasOpinion: boolean) => void = () => undefined): Probe {
  return async (signal) => {
    const scope = new AbortController();
    const late = new Promise<'late'>((resolve) => {
      const timer = setTimeout(() => resolve('late'), timeoutMs);
      scope.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
    });
    try {
      const well = await Promise.race([run.healthy(AbortSignal.any([signal, scope.signal])), late]);
      heard(well !== undefined);
      if (well === 'late') return `did not say within ${timeoutMs} ms whether it is healthy`;
      return well === false ? 'says itself that it is not healthy' : null;
    } finally {
      scope.abort();
    }
  };
}

/** What a health check of this run is about. */
export function targetOf(run: Run, { config, deployment }: ResolvedWorker): HealthTarget {
  let alive = true;
  void run.over.then(() => (alive = false));
  return {
    address: () => run.endpoints().find(({ type }) => type === 'url')?.address,
    alive: () => alive,
    ...(config.olderForm ? { connectionSuffices: true } : {}),
    ...(deployment.kind === 'process'
      ? { workingDirectory: deployment.workingDirectory, environment: deployment.environment }
      : {}),
  };
}
