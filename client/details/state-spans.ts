import type { WorkerState } from '../../master/lifecycle/worker-state.ts';
import type { Transition } from '../../master/protocol.ts';

/** A state a worker was in, with when and for how long. Milliseconds. */
export interface StateSpan {
  readonly at: number;
  readonly forMs: number;
  readonly state: WorkerState;
  readonly type: 'process' | 'module';
  readonly cause: string | null;
}

/** Oldest first; the last one goes on until now. */
export function stateSpans(transitions: readonly Transition[], now: number): readonly StateSpan[] {
  return transitions.map(({ at, state, type, cause }, index) => {
    const begin = Date.parse(at);
    const end = Date.parse(transitions[index + 1]?.at ?? '') || now;
    return { at: begin, forMs: Math.max(0, end - begin), state, type, cause };
  });
}
