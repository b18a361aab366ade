import { setTimeout as wait } from 'node:timers/promises';
import type { HostThread } from './host-thread.ts';

/** How long a thread that is asked itself may take before it counts as busy, in ms. */
const patienceMs = 25;

/**
 * What one thread holds: JavaScript objects and buffers. Newer Node tells it of any thread at any moment. On Node 20
 * the thread tells it itself; while it is too busy to, what the whole process grows by counts as its own: an estimate.
 */
export class ThreadMemory {
  readonly #thread: HostThread;
  #asked: Promise<void> | undefined;
  #waiting = false;
  #told: { readonly bytes: number; readonly processBytes: number } | undefined;

  constructor(thread: HostThread) {
    this.#thread = thread;
  }

  get isEstimate(): boolean {
    return typeof Reflect.get(this.#thread.measures, 'getHeapStatistics') !== 'function';
  }

  /** Bytes; undefined when they cannot be told, and when the thread is gone. */
  async read(): Promise<number | undefined> {
    if (!this.#thread.alive) return undefined;
    return this.isEstimate ? this.#estimate() : this.#measure();
  }

  /** What is left when garbage is collected; undefined when the thread is too busy for that. */
  async collected(withinMs: number): Promise<number | undefined> {
    const asked = this.#thread.call<'memory'>({ kind: 'memory', collect: true }).catch(() => undefined);
    return Promise.race([asked, wait(withinMs, undefined, { ref: false })]);
  }

  async #measure(): Promise<number | undefined> {
    const ask: unknown = Reflect.get(this.#thread.measures, 'getHeapStatistics');
    try {
      const statistics: unknown = typeof ask === 'function' && (await Reflect.apply(ask, this.#thread.measures, []));
      if (typeof statistics !== 'object' || statistics === null) return undefined;
      return Number(Reflect.get(statistics, 'used_heap_size')) + Number(Reflect.get(statistics, 'external_memory'));
    } catch {
      return undefined;
    }
  }

  async #estimate(): Promise<number | undefined> {
    this.#waiting = true;
    this.#asked ??= this.#thread.call<'memory'>({ kind: 'memory', collect: false }).then(
      (bytes) => {
        this.#told = { bytes, processBytes: process.memoryUsage.rss() };
        this.#asked = undefined;
        this.#waiting = false;
      },
      () => undefined,
    );
    await Promise.race([this.#asked, wait(patienceMs, undefined, { ref: false })]);
    const told = this.#told;
    if (!told) return undefined;
    const grown = this.#waiting ? Math.max(0, process.memoryUsage.rss() - told.processBytes) : 0;
    return told.bytes + grown;
  }
}
