import { setTimeout as wait } from 'node:timers/promises';
import type { OwnMemory } from './host-protocol.ts';
import type { HostThread } from './host-thread.ts';

/** How long a thread that is asked itself may take before it counts as busy, in ms. */
const patienceMs = 25;

/** A thread that has worked less since the last look can have taken nothing to speak of, in ms. */
const workMs = 5;

export interface Measured {
  /** Buffers count too; else JavaScript objects only. */
  readonly buffers: boolean;
}

/**
 * What one thread holds. Newer Node tells it of any thread at any moment. On Node 20 the thread tells it itself; while it
 * is too busy to, what the whole process grows by counts as its own where buffers count: an estimate. An idle thread is
 * not woken.
 */
export class ThreadMemory {
  readonly #thread: HostThread;
  readonly #buffers: boolean;
  #asked: Promise<void> | undefined;
  #waiting = false;
  #told: { readonly bytes: number; readonly processBytes: number } | undefined;
  #last: { readonly bytes: number; readonly activeMs: number } | undefined;

  constructor(thread: HostThread, { buffers }: Measured = { buffers: true }) {
    this.#thread = thread;
    this.#buffers = buffers;
  }

  get isEstimate(): boolean {
    return typeof Reflect.get(this.#thread.measures, 'getHeapStatistics') !== 'function';
  }

  /** Bytes; undefined when they cannot be told, and when the thread is gone. */
  async read(): Promise<number | undefined> {
    if (!this.#thread.alive) return undefined;
    const activeMs = this.#thread.measures.performance.eventLoopUtilization().active;
    if (this.#last && activeMs - this.#last.activeMs < workMs) return this.#last.bytes;
    const bytes = await (this.isEstimate ? this.#estimate() : this.#measure());
    this.#last = bytes === undefined ? undefined : { bytes, activeMs };
    return bytes;
  }

  /** What is left when garbage is collected; undefined when the thread is too busy for that. */
  async collected(withinMs: number): Promise<number | undefined> {
    const asked = this.#thread.call<'memory'>({ kind: 'memory', collect: true }).then(
      (memory) => this.#sum(memory),
      () => undefined,
    );
    return Promise.race([asked, wait(withinMs, undefined, { ref: false })]);
  }

  async #measure(): Promise<number | undefined> {
    const ask: unknown = Reflect.get(this.#thread.measures, 'getHeapStatistics');
    try {
      const statistics: unknown = typeof ask === 'function' && (await Reflect.apply(ask, this.#thread.measures, []));
      if (typeof statistics !== 'object' || statistics === null) return undefined;
      const heap = Number(Reflect.get(statistics, 'used_heap_size'));
      return this.#sum({ heap, buffers: Number(Reflect.get(statistics, 'external_memory')) });
    } catch {
      return undefined;
    }
  }

  async #estimate(): Promise<number | undefined> {
    this.#waiting = true;
    this.#asked ??= this.#thread.call<'memory'>({ kind: 'memory', collect: false }).then(
      (memory) => {
        this.#told = { bytes: this.#sum(memory), processBytes: process.memoryUsage.rss() };
        this.#asked = undefined;
        this.#waiting = false;
      },
      () => undefined,
    );
    await Promise.race([this.#asked, wait(patienceMs, undefined, { ref: false })]);
    const isGuessed = this.#waiting && this.#buffers;
    // It may have begun a loop that never comes back before it was asked first.
    if (isGuessed && this.#thread.isUp) this.#told ??= { bytes: 0, processBytes: process.memoryUsage.rss() };
    const told = this.#told;
    if (!told) return undefined;
    return told.bytes + (isGuessed ? Math.max(0, process.memoryUsage.rss() - told.processBytes) : 0);
  }

  #sum({ heap, buffers }: OwnMemory): number {
    return heap + (this.#buffers ? buffers : 0);
  }
}
