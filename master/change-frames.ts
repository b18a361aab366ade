import type { Clock } from './clock.ts';

/** Changes within this time are told together. Milliseconds: long for a machine, nothing for whoever looks. */
const frameMs = 5;

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

  /** A change is told with all others of this turn of the loop, or of the frame, where one was told just before. */
  add(): void {
    if (this.#cancel) return;
    // No longer than a frame, also where the clock was set back.
    const left = Math.min(frameMs, this.#toldAt + frameMs - this.#clock.now());
    if (left <= 0) {
      const immediate = setImmediate(() => this.flush());
      this.#cancel = () => clearImmediate(immediate);
    } else {
      this.#cancel = this.#clock.after(left, () => this.flush());
    }
  }

  /** Tells at once what is waiting. */
  flush(): void {
    if (!this.#cancel) return;
    this.#cancel();
    this.#cancel = undefined;
    this.#toldAt = this.#clock.now();
    this.#tell();
  }
}
