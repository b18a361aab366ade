import type { HeldClocks } from './held-clocks.ts';
import { OperationQueue } from './operation-queue.ts';
import type { Run } from './worker.ts';

interface OutputHoldParts {
  readonly run: Pick<Run, 'hold' | 'goOn'>;
  /** Whether its output waits now, and nothing speaks against holding it. */
  readonly isWanted: () => boolean;
  readonly clocks: HeldClocks;
  readonly changed: () => void;
}

/** Holds a run as long as its output waits for those who read it. */
export class OutputHold {
  readonly #parts: OutputHoldParts;
  readonly #queue = new OperationQueue();
  #isOn = false;
  #isOver = false;

  constructor(parts: OutputHoldParts) {
    this.#parts = parts;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** Does what is wanted by now. */
  follow(): Promise<void> {
    return this.#queue.add(() => this.#follow());
  }

  /** Lets the run go on for good. */
  end(): Promise<void> {
    this.#isOver = true;
    return this.follow();
  }

  async #follow(): Promise<void> {
    const { run, clocks, changed } = this.#parts;
    const isWanted = !this.#isOver && run.hold !== undefined && this.#parts.isWanted();
    if (isWanted === this.#isOn) return;
    this.#isOn = isWanted;
    if (isWanted) {
      clocks.hold(this);
      await run.hold?.();
    } else {
      await run.goOn?.();
      clocks.release(this);
    }
    changed();
  }
}
