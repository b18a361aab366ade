import type { Clock } from '../clock.ts';
import type { WorkerFailure } from '../lifecycle/worker-snapshot.ts';
import { next, type WorkerEvent, type WorkerState } from '../lifecycle/worker-state.ts';

/** Where a worker stands, and its last failure. The state moves by the table alone. */
export class WorkerStatus {
  readonly #clock: Clock;
  readonly #changed: () => void;
  #state: WorkerState = 'uninitialized';
  #since: number;
  #failure: WorkerFailure | null = null;

  constructor(clock: Clock, changed: () => void) {
    this.#clock = clock;
    this.#changed = changed;
    this.#since = clock.now();
  }

  get state(): WorkerState {
    return this.#state;
  }

  /** When it came into its state, in milliseconds since the epoch. */
  get since(): number {
    return this.#since;
  }

  get failure(): WorkerFailure | null {
    return this.#failure;
  }

  /** False when the table does not move. */
  move(event: WorkerEvent): boolean {
    const decision = next(this.#state, event);
    if (typeof decision === 'object' || decision === 'ignored') return false;
    this.#state = decision;
    this.#since = this.#clock.now();
    this.#changed();
    return true;
  }

  fail(failure: WorkerFailure): void {
    this.#failure = failure;
    if (!this.move('fault')) this.#changed();
  }

  /** Moves to running: what failed before is over. */
  succeed(): void {
    this.#failure = null;
    this.move('ready');
  }

  addToFailure(sentence: string): void {
    if (this.#failure) this.#failure = { ...this.#failure, message: `${this.#failure.message} ${sentence}` };
  }
}
