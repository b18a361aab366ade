/** What stands still while a worker is held. */
export interface HeldClock {
  pause(): void;
  resume(): void;
}

/**
 * The clocks of a run. They stand still while a debugger holds it or the thread that it shares, or its output waits: neither
 * is ill health, a time-out or a use of resources.
 */
export class HeldClocks {
  readonly #clocks = new Set<HeldClock>();
  readonly #holders = new Set<object>();

  get isHeld(): boolean {
    return this.#holders.size > 0;
  }

  /** Stands still from now on whenever the worker is held, until the run is over. */
  watch(clock: HeldClock): void {
    this.#clocks.add(clock);
    if (this.#holders.size > 0) clock.pause();
  }

  hold(holder: object): void {
    if (this.#holders.has(holder)) return;
    this.#holders.add(holder);
    for (const clock of this.#clocks) clock.pause();
  }

  /** They go on when nobody else holds them. */
  release(holder: object): void {
    if (!this.#holders.delete(holder) || this.#holders.size > 0) return;
    for (const clock of this.#clocks) clock.resume();
  }

  /** The run is over. */
  reset(): void {
    this.#holders.clear();
    this.#clocks.clear();
  }
}
