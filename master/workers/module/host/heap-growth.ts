import { Session, type HeapProfiler } from 'node:inspector';
import type { HeapGrowth } from '../host-protocol.ts';
import { ownMemory } from './own-memory.ts';

/** One allocation is noted for so many bytes. */
const sampleBytes = 64 * 1024;

/**
 * Tells by whose code memory was taken since it was asked first; before that it costs nothing. What stands in buffers is
 * in nobody's name: V8 knows the code that made objects only.
 */
export class HeapGrowthMeter {
  /** The run whose code a script is, where there is only one. */
  readonly #runOf: (url: string) => number | undefined;
  #session: Session | undefined;
  #before = 0;

  constructor(runOf: (url: string) => number | undefined) {
    this.#runOf = runOf;
  }

  async read({ buffers }: { readonly buffers: boolean }): Promise<HeapGrowth> {
    const memory = ownMemory({ collect: false });
    const bytes = memory.heap + (buffers ? memory.buffers : 0);
    const session = (this.#session ??= this.#begin(bytes));
    const grownBytes = Math.max(0, bytes - this.#before);
    return new Promise((resolve) => {
      session.post('HeapProfiler.getSamplingProfile', (error, answer) => {
        resolve({ grownBytes, byRun: error ? [] : [...sumsOf(answer.profile.head, this.#runOf)] });
      });
    });
  }

  end(): void {
    this.#session?.disconnect();
    this.#session = undefined;
  }

  #begin(bytes: number): Session {
    const session = new Session();
    session.connect();
    session.post('HeapProfiler.startSampling', { samplingInterval: sampleBytes });
    this.#before = bytes;
    return session;
  }
}

/** Bytes that are still held, by the run whose code is innermost on the stack they were made on. */
function sumsOf(
  head: HeapProfiler.SamplingHeapProfileNode,
  runOf: (url: string) => number | undefined,
): ReadonlyMap<number, number> {
  const sums = new Map<number, number>();
  const add = (node: HeapProfiler.SamplingHeapProfileNode, caller: number | undefined) => {
    const run = runOf(node.callFrame.url) ?? caller;
    if (run !== undefined && node.selfSize > 0) sums.set(run, (sums.get(run) ?? 0) + node.selfSize);
    for (const child of node.children) add(child, run);
  };
  add(head, undefined);
  return sums;
}
