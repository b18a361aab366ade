import { delay, type Clock } from '../clock.ts';
import type { HealthCheckConfig } from '../config/worker-config.ts';
import { afterProbe, unknownHealth, type HealthState } from './health-state.ts';
import type { Probe } from './probe.ts';

export interface HealthWatchOptions {
  readonly probe: Probe;
  readonly check: HealthCheckConfig;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /**
   * Told of every state that differs in health or reason from the one before, and of each that is unhealthy: what was
   * borne of a young run is not borne for ever.
   */
  readonly onChange: (state: HealthState) => void;
  /** What is known already, such as the pass that made the worker ready. */
  readonly initial?: HealthState;
}

export interface HealthWatch {
  readonly state: HealthState;
  /** No probe is sent, and one under way does not count, until `resume`: a debugger holds the worker. */
  pause(): void;
  resume(): void;
}

/** Probes at the check's interval, counted from the end of one probe to the begin of the next. */
export function watchHealth(options: HealthWatchOptions): HealthWatch {
  const { check, signal, clock } = options;
  let state = options.initial ?? unknownHealth;
  let round = new AbortController();

  const probeForever = async (waitMs: number, scope: AbortSignal) => {
    for (let pause = waitMs; ; pause = check.intervalMs) {
      await delay(clock, pause, scope);
      const failure = await options.probe(scope);
      if (scope.aborted) return;
      const before = state;
      state = afterProbe(before, failure, check);
      const isNews = state.health !== before.health || state.reason !== before.reason;
      if (isNews || state.health === 'unhealthy') options.onChange(state);
    }
  };
  const begin = (waitMs: number) => {
    round = new AbortController();
    // It ends only by its scope.
    probeForever(waitMs, AbortSignal.any([signal, round.signal])).catch(() => undefined);
  };
  begin(options.initial ? check.intervalMs : check.initialDelayMs);

  return {
    get state() {
      return state;
    },
    pause() {
      round.abort();
    },
    resume() {
      if (round.signal.aborted && !signal.aborted) begin(check.intervalMs);
    },
  };
}
