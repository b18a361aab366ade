import { Cron } from 'croner';
import type { Clock } from '../clock.ts';

/** A date is waited for in steps, for clocks are set and machines sleep: no time is missed by more. Milliseconds. */
const longestStepMs = 60 * 1000;

/** Calls back at each time of a cron schedule, in local time, until stopped. */
export class Schedule {
  readonly #cron: Cron;
  readonly #clock: Clock;
  readonly #due: () => void;
  readonly #moved: () => void;
  #next: number | null = null;
  #cancel: (() => void) | undefined;

  /** `moved` is called where the next time is another one, for the clock was set back. Throws where the expression is not a schedule. */
  constructor(expression: string, clock: Clock, due: () => void, moved: () => void) {
    // Paused: it only computes; the time is kept by the clock that was passed in.
    this.#cron = new Cron(expression, { paused: true });
    this.#clock = clock;
    this.#due = due;
    this.#moved = moved;
    this.#plan();
  }

  /** Milliseconds since the epoch; null when no time comes any more. */
  get next(): number | null {
    return this.#next;
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#next = null;
  }

  #plan(): void {
    this.#next = this.#cron.nextRun(new Date(this.#clock.now()))?.getTime() ?? null;
    this.#wait();
  }

  #wait(): void {
    if (this.#next === null) return;
    const left = this.#next - this.#clock.now();
    this.#cancel = this.#clock.after(Math.min(Math.max(0, left), longestStepMs), () => {
      const due = this.#next;
      const isDue = due === null || this.#clock.now() >= due;
      this.#plan();
      if (isDue) this.#due();
      else if (this.#next !== due) this.#moved();
    });
  }
}
