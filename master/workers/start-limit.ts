import type { Clock } from '../clock.ts';

/** The time a start may take, which stands still while a debugger holds the worker. */
export class StartLimit {
  readonly #clock: Clock;
  readonly #expired: () => void;
  #leftMs: number;
  #since = 0;
  #cancel: (() => void) | undefined;
  #isOver = false;

  constructor(clock: Clock, ms: number, expired: () => void) {
    this.#clock = clock;
    this.#leftMs = ms;
    this.#expired = expired;
    this.resume();
  }

  /** What is left now, in milliseconds. */
  get leftMs(): number {
    return Math.max(0, this.#cancel ? this.#leftMs - (this.#clock.elapsed() - this.#since) : this.#leftMs);
  }

  pause(): void {
    if (!this.#cancel) return;
    this.#leftMs = this.leftMs;
    this.#cancel();
    this.#cancel = undefined;
  }

  resume(): void {
    if (this.#cancel || this.#isOver) return;
    this.#since = this.#clock.elapsed();
    this.#cancel = this.#clock.after(this.#leftMs, () => {
      this.#cancel = undefined;
      this.#leftMs = 0;
      this.#expired();
    });
  }

  /** The start is over: nothing expires any more, also not after a pause. */
  end(): void {
    this.pause();
    this.#isOver = true;
  }
}
