import { delay, type Clock } from '../clock.ts';
import type { ResolvedWorker } from '../config/deployment.ts';
import { createProbe, type Probe } from '../health/probe.ts';
import { tellsOfItself } from '../workers/module/is-program.ts';
import { WorkerError, type Run } from '../workers/worker.ts';
import { portProbe } from './port-probe.ts';
import { probeOf, targetOf } from './run-probe.ts';
import { waitUntilReady } from './wait-until-ready.ts';

export interface ReadinessEnvironment {
  readonly clock: Clock;
  /** Resolves when the run under way has written a line that matches, also one before the call. */
  untilLine(id: string, pattern: RegExp, signal: AbortSignal): Promise<void>;
}

/** A process for which nothing is written is running when it has lived this long. Milliseconds. */
const startGraceMs = 100;

/**
 * "Running" means ready: everything that `ready` names has been shown; else the first pass of the health check, a life
 * beyond the grace, or a module's `start()`.
 */
export async function untilReady(
  run: Run,
  worker: ResolvedWorker,
  limitMs: number,
  signal: AbortSignal,
  env: ReadinessEnvironment,
): Promise<void> {
  const { config } = worker;
  // Its work may be done before anything could be shown.
  if (config.run === 'once') return;
  const waits = waitsOf(run, worker, env);
  if (waits.length === 0) {
    if (worker.deployment.kind === 'process' && !tellsOfItself(worker.deployment.hosted))
      await delay(env.clock, startGraceMs, signal);
    return;
  }
  const scope = new AbortController();
  try {
    await Promise.all(
      waits.map(async ({ key, until }) => {
        const missing = await until(limitMs, AbortSignal.any([signal, scope.signal]));
        if (missing !== null) throw new WorkerError(notReady(worker, key, missing));
      }),
    );
    run.noteReady?.();
  } finally {
    scope.abort(new Error('The wait is over.'));
  }
}

/** Whether a worker that is ready has just passed its health check. */
export function isReadyByHealth({ config: { ready, run } }: ResolvedWorker): boolean {
  return run !== 'once' && (ready === undefined || ready.health === true);
}

interface Wait {
  /** What to correct where it never comes. */
  readonly key: string;
  /** Resolves to null when it is shown, or to what is missing when the time is up: a sentence's end. */
  until(limitMs: number, signal: AbortSignal): Promise<string | null>;
}

function waitsOf(run: Run, worker: ResolvedWorker, env: ReadinessEnvironment): readonly Wait[] {
  const { healthCheck } = worker;
  const { id, ready } = worker.config;
  const waits: Wait[] = [];
  const target = targetOf(run, worker);
  const probing = (key: string, probe: Probe, initialDelayMs: number): Wait => ({
    key,
    async until(timeoutMs, signal) {
      const readiness = await waitUntilReady({
        probe,
        signal,
        clock: env.clock,
        initialDelayMs,
        timeoutMs,
        hasAddress: () => target.address() !== undefined,
        discover: () => run.discover(),
      });
      return readiness.ready ? null : readiness.reason;
    },
  });
  const telling = (key: string, missing: string, told: (signal: AbortSignal) => Promise<void>): Wait => ({
    key,
    until: (limitMs, signal) => within(env.clock, limitMs, signal, missing, told),
  });
  if (healthCheck && isReadyByHealth(worker)) {
    const probe = probeOf(run, worker, createProbe(healthCheck, target));
    waits.push(probing('health_check', probe, healthCheck.initialDelayMs));
  }
  if (ready?.port !== undefined) waits.push(probing('ready.port', portProbe(run, ready.port), 0));
  // What a former master has seen is not shown a second time.
  if (run.wasReady === true) return waits;
  const { log } = ready ?? {};
  if (log !== undefined) {
    const missing = `wrote no line that matches "${log}"`;
    waits.push(telling('ready.log', missing, (signal) => env.untilLine(id, new RegExp(log), signal)));
  }
  const { saysReady } = run;
  if (ready?.notify === true && saysReady) {
    waits.push(telling('ready', 'did not say READY=1', (signal) => saysReady.call(run, signal)));
  }
  return waits;
}

/** Null once `told` resolves; `missing` when that takes longer than the limit. */
async function within(
  clock: Clock,
  limitMs: number,
  signal: AbortSignal,
  missing: string,
  told: (signal: AbortSignal) => Promise<void>,
): Promise<string | null> {
  const scope = new AbortController();
  const either = AbortSignal.any([signal, scope.signal]);
  try {
    return await Promise.race([told(either).then(() => null), delay(clock, limitMs, either).then(() => missing)]);
  } finally {
    scope.abort(new Error('The wait is over.'));
  }
}

function notReady({ config }: ResolvedWorker, key: string, missing: string) {
  return {
    code: 'not-ready',
    message:
      `${config.id} did not become ready within ${config.startTimeoutMs / 1000} s: it ${missing}. ` +
      `See its log, correct "${key}", or raise "start_timeout".`,
  } as const;
}
