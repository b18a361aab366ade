import type { ResolvedWorker } from '../config/deployment.ts';
import type { Ending } from '../lifecycle/restart-policy.ts';
import type { LastRun, WorkerFailure } from '../lifecycle/worker-snapshot.ts';
import { shortageOf } from './shortage.ts';
import { WorkerError, type Run, type RunEnd } from './worker.ts';

/** What an end means for a restart. */
export function endingOf(end: RunEnd): Ending {
  if (end.how === 'failure') return endingBy(end.failure);
  return end.code === 0 ? { kind: 'clean' } : { kind: 'failure', code: 'exited' };
}

export function endingBy({ code, by }: WorkerFailure): Ending {
  return { kind: 'failure', code, ...(by === undefined ? {} : { by }) };
}

/** The worker is not started by itself again after it, whatever its policy. */
export function isFinal(end: RunEnd): boolean {
  return end.how === 'failure' && end.isFinal === true;
}

/** The worker's policy is content with this ending. */
export function isContentWith({ config }: ResolvedWorker, ending: Ending): boolean {
  const { policy } = config.restart;
  return ending.kind === 'clean' && policy !== 'always' && policy !== 'unless-stopped';
}

export function endFailure(id: string, end: RunEnd): WorkerFailure {
  if (end.how === 'failure') return end.failure;
  const how = end.signal ? `was ended by ${end.signal}` : `ended by itself with code ${end.code ?? 'unknown'}`;
  return { code: 'exited', message: `${id} ${how}; ${end.why ?? 'its log may tell why'}.` };
}

export function lastRunOf(run: Run, end: RunEnd, endedAt: number): LastRun {
  const exit = end.how === 'exit' ? end : end.exit;
  return {
    started_at: run.startedAt,
    ended_at: new Date(endedAt).toISOString(),
    exit_code: exit?.code ?? null,
    signal: exit?.signal ?? null,
  };
}

/** Whatever was thrown, as a failure of the worker. */
export function explainError(id: string, error: unknown): WorkerFailure {
  if (error instanceof WorkerError) return error.failure;
  const shortage = shortageOf(error);
  if (shortage !== undefined) return { code: 'resource-limit', message: `${id} cannot go on: ${shortage}` };
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error && error.stack ? { stack: error.stack } : {};
  return { code: 'internal', message: `${id} failed: ${message}`, ...stack };
}

export function startTimeout({ config: { id, startTimeoutMs } }: ResolvedWorker): WorkerError {
  return new WorkerError({
    code: 'start-timeout',
    message: `${id} has not finished starting within ${startTimeoutMs / 1000} s: see its log, mend what it waits for, or raise "start_timeout".`,
  });
}

export function stoppedTooEarly(id: string): WorkerError {
  return new WorkerError({ code: 'exited', message: `${id} was stopped before it was running.` });
}
