import type { WorkerFailure } from '../lifecycle/worker-snapshot.ts';

/** What is noted of a worker while it runs as native code inside the master, whose crash would be the master's own. */
export interface Peril {
  /** When it was begun, in milliseconds since the epoch. */
  readonly since: number;
  /** How many masters died with it before, each soon after it had begun. */
  readonly deaths: number;
}

/** A master that lived this long with it did not die of its start. Milliseconds. */
const provenAfterMs = 60_000;

/** How many masters may die with a worker until it is held back. */
const mostDeaths = 2;

/** Counts the masters that died while a worker ran inside them as native code. */
export class NativePeril {
  #deaths = 0;
  #told: string | undefined;

  /** What the former master itself said of its end, told in the log of each module that was in it. */
  tell(sentence: string): void {
    this.#told = sentence;
  }

  /** A former master ended without having stopped the worker. Returns why the worker is not to be started now. */
  recall(id: string, file: string, peril: Peril, now: number): WorkerFailure | undefined {
    this.#deaths = now - peril.since < provenAfterMs ? peril.deaths + 1 : 1;
    if (this.#deaths < mostDeaths) return undefined;
    const message = `${id} is held back: the master died ${this.#deaths} times while it ran in it as native code (${file}). Run it with type: process, where it can end only itself, or start it to try once more.`;
    return { code: 'held-back', message };
  }

  /** For the log of a worker that is started again after such a death; undefined when there was none. */
  nextWarning(id: string): string | undefined {
    const told = this.#told;
    this.#told = undefined;
    if (told !== undefined) return told;
    if (this.#deaths === 0) return undefined;
    return `The master died while ${id} ran in it as native code, and is another one now. If ${id} was the cause, type: process keeps its crashes to itself.`;
  }

  note(since: number): Peril {
    return { since, deaths: this.#deaths };
  }

  /** Somebody wants to try again. */
  forget(): void {
    this.#deaths = 0;
  }
}
