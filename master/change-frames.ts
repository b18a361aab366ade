import type { Clock } from './clock.ts';

/** Changes within this time are told together. Milliseconds: long for a machine, nothing for whoever looks. */
const frameMs = 5;

/** A first change waits for what it leads to: a worker that ended is started again before it is told of. Milliseconds. */
const settleMs = 2;

/** Gathers changes that come close together, so that a hundred workers that start are not told a hundred times. */
export class ChangeFrames {
  readonly #clock: Clock;
  readonly #tell: () => void;
  #toldAt = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, tell: () => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** A change is told with all others that come within a moment, or within the frame where one was told just before. */
  add(): void {
    if (this.#cancel) return;
    const left = this.#toldAt + frameMs - this.#clock.elapsed();
    this.#cancel = this.#clock.after(Math.max(settleMs, left), () => this.flush());
  }

  /** Tells at once what is waiting. */
  flush(): void {
    if (!this.#cancel) return;
    this.#cancel();
    this.#cancel = undefined;
    this.#toldAt = this.#clock.elapsed();
    this.#tell();
  }
}
