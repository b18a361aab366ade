import type { Fate, WorkerSnapshot } from './worker-snapshot.ts';

/** A fate without the others who share it: of a module host only which one it is, where the worker runs in it. */
export interface ToldFate {
  readonly scope: Fate['scope'];
  readonly host?: number;
}

/** What changes of a worker with the worker alone: one that starts in a module host changes nothing of its neighbours. */
export interface ToldSnapshot extends Omit<WorkerSnapshot, 'fate'> {
  readonly fate: ToldFate;
}
