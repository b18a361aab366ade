import type { LastRun } from '../lifecycle/worker-snapshot.ts';
import type { Peril } from './native-peril.ts';
import type { SavedRun } from './worker.ts';

/** What a later master needs to go on with a worker. */
export interface SavedWorker {
  readonly wanted: boolean;
  readonly runs: number;
  readonly restarts: number;
  readonly run: SavedRun | null;
  /** How the newest run that is over ended. */
  readonly last?: LastRun;
  /** It ran as native code inside the master that saved this. */
  readonly peril?: Peril;
}

/** Numbers the runs of a worker over the lives of all its masters; no count ever goes down. */
export class RunCounts {
  #runs = 0;
  #restarts = 0;
  #unclaimed: SavedWorker | undefined;

  get restarts(): number {
    return this.#restarts;
  }

  /** What a former master left and nobody has taken over or ended yet: it must outlast this master's end, too. */
  get unclaimed(): SavedWorker | undefined {
    return this.#unclaimed;
  }

  /** Goes on counting where a former master left. */
  recall(saved: SavedWorker): void {
    this.#unclaimed = saved;
    this.#runs = Math.max(this.#runs, saved.runs);
    this.#restarts = Math.max(this.#restarts, saved.restarts);
  }

  /** A run of a former master is ours now. */
  adopted(number: number): void {
    this.#restarts += this.#runs === 0 ? 0 : Math.max(0, number - this.#runs);
    this.#runs = Math.max(this.#runs, number);
  }

  /** The number of the run that begins now. */
  begin(): number {
    this.#runs += 1;
    if (this.#runs > 1) this.#restarts += 1;
    return this.#runs;
  }

  settle(): void {
    this.#unclaimed = undefined;
  }

  saved(isWanted: boolean, run: SavedRun | null | undefined): SavedWorker {
    return {
      wanted: this.#unclaimed?.wanted === true || isWanted,
      runs: this.#runs,
      restarts: this.#restarts,
      run: run ?? this.#unclaimed?.run ?? null,
    };
  }
}
