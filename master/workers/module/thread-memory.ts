import { setTimeout as wait } from 'node:timers/promises';
import type { OwnMemory } from './host-protocol.ts';
import { askThread } from './ask-thread.ts';
import type { HostThread } from './host-thread.ts';
import { inTime } from './in-time.ts';
import { threadTraffic } from './thread-traffic.ts';

/** How long a thread that is asked itself may take before it counts as busy, in ms. */
const patienceMs = 25;

/** A thread that has worked less since the last look can have taken nothing to speak of, in ms. */
const workMs = 5;

/** How long V8 may take to tell what is in the heap of a busy thread, which may be collecting garbage. Milliseconds. */
const lookMs = 2_000;

export interface Measured {
  /** Buffers count too; else JavaScript objects only. */
  readonly buffers: boolean;
  /** Below it nobody cares how much it is. */
  readonly bytes?: number;
}

/**
 * What one thread holds. Newer Node tells it of any thread at any moment. On Node 20 the thread tells it itself; while it
 * is too busy to, what the whole process grows by counts as its own where buffers count: an estimate. Where they do not,
 * V8 is asked in the middle of what the thread does, once the process has grown by so much that it may be too much. An
 * idle thread is not woken.
 */
export class ThreadMemory {
  readonly #thread: HostThread;
  readonly #buffers: boolean;
  readonly #concernBytes: number;
  #asked: Promise<void> | undefined;
  #waiting = false;
  #told: { readonly bytes: number; readonly processBytes: number } | undefined;
  #last: { readonly bytes: number; readonly activeMs: number } | undefined;

  constructor(thread: HostThread, { buffers, bytes = 0 }: Measured = { buffers: true }) {
    this.#thread = thread;
    this.#buffers = buffers;
    this.#concernBytes = bytes;
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
      if (typeof ask !== 'function') return undefined;
      const statistics: unknown = await inTime(Promise.resolve(Reflect.apply(ask, this.#thread.measures, [])));
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
    const isBusy = this.#waiting;
    // It may have begun a loop that never comes back before it was asked first.
    if (isBusy && this.#thread.isUp) this.#told ??= { bytes: 0, processBytes: process.memoryUsage.rss() };
    const told = this.#told;
    if (!told) return undefined;
    const atMost = told.bytes + Math.max(0, process.memoryUsage.rss() - told.processBytes);
    if (!isBusy) return told.bytes;
    if (this.#buffers) return atMost;
    if (atMost > this.#concernBytes) await this.#look();
    return this.#told?.bytes;
  }

  async #look(): Promise<void> {
    const question = { method: 'Runtime.getHeapUsage' };
    const { threadId } = this.#thread.measures;
    const answer = await threadTraffic.look(() => askThread(threadId, question, lookMs)).catch(() => undefined);
    if (typeof answer !== 'object' || answer === null) return;
    this.#told = { bytes: Number(Reflect.get(answer, 'usedSize')), processBytes: process.memoryUsage.rss() };
  }

  #sum({ heap, buffers }: OwnMemory): number {
    return heap + (this.#buffers ? buffers : 0);
  }
}
