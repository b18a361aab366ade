import { delay, type Clock } from '../clock.ts';
import type { Probe } from '../health/probe.ts';

export interface ReadinessOptions {
  readonly probe: Probe;
  /** Aborts when the run is over or the start is cancelled; the wait then rejects with its reason. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly initialDelayMs: number;
  readonly timeoutMs: number;
  readonly hasAddress: () => boolean;
  /** Looks for an address, where none is known. */
  readonly discover: () => Promise<void>;
}

export type Readiness =
  | { readonly ready: true }
  /** `reason`: what the last probe found, as the end of a sentence that begins with the worker's name. */
  | { readonly ready: false; readonly reason: string };

const shortestPauseMs = 25;
const longestPauseMs = 500;

/** Waits for the first pass. A time-out is never "ready". */
export async function waitUntilReady(options: ReadinessOptions): Promise<Readiness> {
  const { clock, signal } = options;
  const deadline = clock.elapsed() + options.timeoutMs;
  let reason = `was not asked within ${options.timeoutMs} ms: health_check.initial_delay is longer`;
  for (let round = 0; ; round += 1) {
    const pause = round === 0 ? options.initialDelayMs : Math.min(shortestPauseMs * 2 ** (round - 1), longestPauseMs);
    const left = deadline - clock.elapsed();
    if (left <= 0) return { ready: false, reason };
    await delay(clock, Math.min(pause, left), signal);
    if (pause >= left) return { ready: false, reason };
    if (!options.hasAddress()) await options.discover();
    const failure = await options.probe(signal);
    signal.throwIfAborted();
    if (failure === null) return { ready: true };
    reason = failure;
  }
}
