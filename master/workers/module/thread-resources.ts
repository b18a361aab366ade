import type { EventLoopUtilization } from 'node:perf_hooks';
import type { Worker } from 'node:worker_threads';
import type { Resources } from '../../lifecycle/worker-snapshot.ts';
import type { HostThread } from './host-thread.ts';
import { inTime } from './in-time.ts';
import { ThreadMemory } from './thread-memory.ts';

/** Measures one thread between two readings; what this Node cannot tell per thread is null. */
export class ThreadResources {
  readonly #worker: Worker;
  readonly #memory: ThreadMemory;
  #loop: EventLoopUtilization;
  #cpu: { readonly micros: number; readonly at: number } | undefined;

  constructor(thread: HostThread) {
    this.#worker = thread.measures;
    this.#memory = new ThreadMemory(thread);
    this.#loop = this.#worker.performance.eventLoopUtilization();
  }

  /** Answers also while the thread is blocked; what only the thread itself can tell is null then. */
  async read(): Promise<Resources> {
    const usage = await this.#ask('cpuUsage');
    const loop = this.#worker.performance.eventLoopUtilization();
    const busy = this.#worker.performance.eventLoopUtilization(loop, this.#loop).utilization;
    this.#loop = loop;
    return {
      cpu_percent: this.#cpuPercent(usage) ?? round(busy * 100),
      rss_bytes: null,
      heap_bytes: (await this.#memory.read()) ?? null,
    };
  }

  /** CPU time where Node tells it (22.16, 24.6); undefined where it does not, and at the first look. */
  #cpuPercent(usage: object): number | undefined {
    const user: unknown = Reflect.get(usage, 'user');
    const system: unknown = Reflect.get(usage, 'system');
    if (typeof user !== 'number' || typeof system !== 'number') return undefined;
    const now = { micros: user + system, at: performance.now() };
    const before = this.#cpu;
    this.#cpu = now;
    if (!before || now.at - before.at < 1) return undefined;
    return round((now.micros - before.micros) / (now.at - before.at) / 10);
  }

  async #ask(method: string): Promise<object> {
    const ask: unknown = Reflect.get(this.#worker, method);
    if (typeof ask !== 'function') return {};
    try {
      const answer: unknown = await inTime(Promise.resolve(Reflect.apply(ask, this.#worker, [])));
      return typeof answer === 'object' && answer !== null ? answer : {};
    } catch {
      return {};
    }
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
