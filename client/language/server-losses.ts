import { provenAfterMs, reconnectDelay } from '../master/reconnect-delay.ts';

export interface AfterLoss {
  /** Undefined: it is given up. */
  readonly restartAfterMs: number | undefined;
  /** Whether the user has not been told yet. */
  readonly isNews: boolean;
}

/** Decides what follows the death of a server: it is restarted, later each time in a row, and said once for a window. */
export class ServerLosses {
  readonly #now: () => number;
  #startedAt: number | undefined;
  #inARow = 0;
  #told = false;

  constructor(now: () => number) {
    this.#now = now;
  }

  started(): void {
    this.#startedAt = this.#now();
  }

  lost(): AfterLoss {
    if (this.#startedAt !== undefined && this.#now() - this.#startedAt > provenAfterMs) this.#inARow = 0;
    this.#startedAt = undefined;
    this.#inARow += 1;
    const isNews = !this.#told;
    this.#told = true;
    return { restartAfterMs: reconnectDelay(this.#inARow), isNews };
  }

  /** Begins anew after it was given up. */
  forget(): void {
    this.#inARow = 0;
  }
}
