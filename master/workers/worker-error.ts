import type { WorkerFailure } from '../lifecycle/worker-snapshot.ts';

/** A failure with everything a snapshot shows of it. */
export class WorkerError extends Error {
  readonly failure: WorkerFailure;
  constructor(failure: WorkerFailure) {
    super(failure.message);
    this.name = 'WorkerError';
    this.failure = failure;
  }
}
