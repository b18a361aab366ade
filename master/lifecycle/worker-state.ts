/** The states of a worker: one set for processes and modules alike. */
export type WorkerState =
  'uninitialized' | 'initializing' | 'initialized' | 'starting' | 'running' | 'stopping' | 'stopped' | 'failed';

/**
 * What can happen to a worker.
 *
 * Requests come from people and policies: `initialize`, `start`, `stop`, `retry` (a waited-out back-off), `give-up`.
 * Outcomes come from the worker: `prepared` (initialize succeeded), `ready` (start succeeded), `exited` (it ended by
 * itself and its restart policy is content), `ended` (a stop is complete: nothing is left), `fault` (anything went wrong;
 * while stopping: something is left that cannot be ended, so "stopped" would be a lie).
 */
export type WorkerEvent =
  'initialize' | 'prepared' | 'start' | 'ready' | 'stop' | 'exited' | 'ended' | 'fault' | 'retry' | 'give-up';

/**
 * The decision of one cell: a state to move to, `ignored` (late or repeated, harmless), or `{ refused }`: why a
 * request makes no sense now, as the end of a sentence that begins with the worker's name.
 */
export type Decision = WorkerState | 'ignored' | { readonly refused: string };

const refused = (why: string): Decision => ({ refused: why });
const unprepared = refused('has not been initialized');
const initializing = refused('is still being initialized');
const nothingToRetry = refused('has not failed');

const table: Record<WorkerState, Record<WorkerEvent, Decision>> = {
  uninitialized: {
    initialize: 'initializing',
    prepared: 'ignored',
    start: unprepared,
    ready: 'ignored',
    stop: 'ignored',
    exited: 'ignored',
    ended: 'ignored',
    fault: 'ignored',
    retry: unprepared,
    'give-up': unprepared,
  },
  initializing: {
    initialize: 'ignored',
    prepared: 'initialized',
    start: initializing,
    ready: 'ignored',
    stop: initializing,
    exited: 'ignored',
    ended: 'ignored',
    fault: 'failed',
    retry: initializing,
    'give-up': initializing,
  },
  initialized: {
    initialize: 'initializing',
    prepared: 'ignored',
    start: 'starting',
    ready: 'ignored',
    stop: 'ignored',
    exited: 'ignored',
    ended: 'ignored',
    fault: 'ignored',
    retry: nothingToRetry,
    'give-up': nothingToRetry,
  },
  starting: {
    initialize: refused('is starting'),
    prepared: 'ignored',
    start: 'ignored',
    ready: 'running',
    stop: 'stopping',
    exited: 'stopped',
    ended: 'ignored',
    fault: 'failed',
    retry: 'ignored',
    'give-up': nothingToRetry,
  },
  running: {
    initialize: refused('is running'),
    prepared: 'ignored',
    start: 'ignored',
    ready: 'ignored',
    stop: 'stopping',
    exited: 'stopped',
    ended: 'ignored',
    fault: 'failed',
    retry: 'ignored',
    'give-up': nothingToRetry,
  },
  stopping: {
    initialize: refused('is stopping'),
    prepared: 'ignored',
    start: refused('is stopping'),
    ready: 'ignored',
    stop: 'ignored',
    exited: 'ignored',
    ended: 'stopped',
    fault: 'failed',
    retry: refused('is stopping'),
    'give-up': 'ignored',
  },
  stopped: {
    initialize: 'initializing',
    prepared: 'ignored',
    start: 'starting',
    ready: 'ignored',
    stop: 'ignored',
    exited: 'ignored',
    ended: 'ignored',
    fault: 'ignored',
    retry: nothingToRetry,
    'give-up': 'ignored',
  },
  failed: {
    initialize: 'initializing',
    prepared: 'ignored',
    start: 'starting',
    ready: 'ignored',
    stop: 'stopped',
    exited: 'ignored',
    ended: 'ignored',
    fault: 'ignored',
    retry: 'starting',
    'give-up': 'stopped',
  },
};

/** The only mover: what `event` does to a worker in `state`. */
export function next(state: WorkerState, event: WorkerEvent): Decision {
  return table[state][event];
}

export const workerStates = Object.keys(table) as readonly WorkerState[];
export const workerEvents = Object.keys(table.uninitialized) as readonly WorkerEvent[];

/** At rest, nothing of the worker is alive: it can be removed or replaced without stopping it first. */
export function isAtRest(state: WorkerState): boolean {
  return state === 'uninitialized' || state === 'initialized' || state === 'stopped' || state === 'failed';
}
