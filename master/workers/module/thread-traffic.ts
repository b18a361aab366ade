import { setTimeout as wait } from 'node:timers/promises';

/** How long a look waits for threads that are on their way, in ms. */
const patienceMs = 2000;

/**
 * Looking at a thread through the process's inspector attaches to every thread there is, and Node 20 dies of a thread
 * that ends meanwhile. So beginnings and ends of threads take turns with looks. There is one for the whole process,
 * as there is one inspector.
 */
class ThreadTraffic {
  readonly #moving = new Set<Promise<unknown>>();
  #looking: Promise<unknown> = Promise.resolve();

  /** Resolves when nobody looks: a thread may be begun or ended in the same turn of the loop. */
  async clear(): Promise<void> {
    for (let seen; seen !== this.#looking;) {
      seen = this.#looking;
      await seen;
    }
  }

  /** A thread is on its way up or down until the promise settles. */
  moves(until: Promise<unknown>): void {
    const settled: Promise<unknown> = until.catch(() => undefined).then(() => this.#moving.delete(settled));
    this.#moving.add(settled);
  }

  /** Looks when no thread is on its way; meanwhile none sets out. */
  look<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#looking.then(async () => {
      // One that native code holds may be on its way for ever.
      await Promise.race([Promise.all(this.#moving), wait(patienceMs)]);
      return work();
    });
    this.#looking = result.catch(() => undefined);
    return result;
  }
}

export const threadTraffic = new ThreadTraffic();
