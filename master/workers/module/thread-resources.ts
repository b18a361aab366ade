import type { EventLoopUtilization } from 'node:perf_hooks';
import type { Worker } from 'node:worker_threads';
import type { Resources } from '../../lifecycle/worker-snapshot.ts';

/** Measures one thread between two readings; what this Node cannot tell per thread is null. */
export class ThreadResources {
  readonly #worker: Worker;
  #loop: EventLoopUtilization;
  #cpu: { readonly micros: number; readonly at: number } | undefined;

  constructor(worker: Worker) {
    this.#worker = worker;
    this.#loop = worker.performance.eventLoopUtilization();
  }

  /** Answers also while the thread is blocked. */
  async read(): Promise<Resources> {
    return { cpu_percent: await this.#cpuPercent(), rss_bytes: null, heap_bytes: await this.#heapBytes() };
  }

  /** CPU time where Node tells it (22.16, 24.6), else the share of time the event loop was busy. */
  async #cpuPercent(): Promise<number> {
    const usage = await this.#ask('cpuUsage');
    const loop = this.#worker.performance.eventLoopUtilization();
    const busy = this.#worker.performance.eventLoopUtilization(loop, this.#loop).utilization;
    this.#loop = loop;
    const user: unknown = Reflect.get(usage, 'user');
    const system: unknown = Reflect.get(usage, 'system');
    if (typeof user !== 'number' || typeof system !== 'number') return round(busy * 100);
    const now = { micros: user + system, at: performance.now() };
    const before = this.#cpu;
    this.#cpu = now;
    if (!before || now.at - before.at < 1) return round(busy * 100);
    return round((now.micros - before.micros) / (now.at - before.at) / 10);
  }

  async #heapBytes(): Promise<number | null> {
    const used: unknown = Reflect.get(await this.#ask('getHeapStatistics'), 'used_heap_size');
    return typeof used === 'number' ? used : null;
  }

  async #ask(method: string): Promise<object> {
    const ask: unknown = Reflect.get(this.#worker, method);
    if (typeof ask !== 'function') return {};
    try {
      const answer: unknown = await Reflect.apply(ask, this.#worker, []);
      return typeof answer === 'object' && answer !== null ? answer : {};
    } catch {
      return {};
    }
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
