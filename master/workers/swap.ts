import type { ResolvedWorker } from '../config/deployment.ts';
import type { WorkerState } from '../lifecycle/worker-state.ts';
import type { Succession } from './worker-instances.ts';

interface Swapped {
  readonly state: WorkerState;
  /** The configuration that runs. */
  readonly inForce: ResolvedWorker;
  /** The configuration of the run that is to take its place. */
  readonly resolved: ResolvedWorker;
}

/** Why no fresh run can take the place of the one there is, as the end of a sentence; undefined when one can. */
export function swapRefusal({ state, inForce, resolved }: Swapped, isDebugged: boolean): string | undefined {
  if (state !== 'running') return `it is ${state}, not running; start it instead`;
  if (isDebugged) return 'a debugger holds it; end its session, or restart it';
  if (resolved.config.run === 'once') return 'it runs once; start it again when it has ended';
  if (inForce.deployment.kind === 'unmanaged' || resolved.deployment.kind === 'unmanaged') {
    return 'it is not run by this master, only observed';
  }
  return undefined;
}

/** What came of it, for people. */
export function swapOutcome(
  id: string,
  { failure, unended, movedTo }: Succession,
): { readonly ok: boolean; readonly message: string } {
  if (failure) {
    return { ok: false, message: `${id} was not swapped, what ran goes on: ${unended ?? failure.failure.message}` };
  }
  const where = movedTo === undefined ? '' : ` It is at ${movedTo} until it is restarted or swapped again.`;
  const rest = unended === undefined ? '' : ` The run before is not gone: ${unended}`;
  return { ok: unended === undefined, message: `${id} runs anew.${where}${rest}` };
}
