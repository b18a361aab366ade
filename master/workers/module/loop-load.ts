import type { EventLoopUtilization } from 'node:perf_hooks';
import type { LoopLoad } from '../../lifecycle/worker-snapshot.ts';
import type { HostThread } from './host-thread.ts';
import { answerMs, inTime } from './in-time.ts';

/** Measures the event loop of a thread between two readings, from outside. */
export class LoopMeter {
  readonly #thread: HostThread;
  #before: EventLoopUtilization;

  constructor(thread: HostThread) {
    this.#thread = thread;
    this.#before = thread.measures.performance.eventLoopUtilization();
  }

  async read(sharedWith: readonly string[]): Promise<LoopLoad> {
    const delay = await this.#delayMs();
    const now = this.#thread.measures.performance.eventLoopUtilization();
    const { utilization } = this.#thread.measures.performance.eventLoopUtilization(now, this.#before);
    this.#before = now;
    return {
      delay_ms: delay,
      busy_percent: Math.round(utilization * 1000) / 10,
      heap_bytes: delay !== null && delay < answerMs ? await this.#heapBytes() : null,
      shared_with: sharedWith,
    };
  }

  /** How long a question waits until the loop takes it; no longer than it is waited for. */
  async #delayMs(): Promise<number | null> {
    const began = performance.now();
    try {
      await inTime(this.#thread.call<'ping'>({ kind: 'ping' }));
      return Math.round((performance.now() - began) * 10) / 10;
    } catch {
      return null;
    }
  }

  async #heapBytes(): Promise<number | null> {
    const answer = this.#thread.call<'heap'>({ kind: 'heap', collect: false }).catch(() => null);
    return (await inTime(answer)) ?? null;
  }
}
