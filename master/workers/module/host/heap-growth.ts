import { Session, type HeapProfiler } from 'node:inspector';
import type { HeapGrowth } from '../host-protocol.ts';
import { ownMemory, v8 } from './own-memory.ts';

/** How often the heap is looked at, in ms: one reading of a counter. */
const lookMs = 250;

/** One allocation is noted for so many bytes, from the moment the memory is half full. */
const sampleBytes = 64 * 1024;

/** Below this share of the limit nobody is suspected any more. */
const calm = 0.4;

export interface HeapWatch {
  /** Objects and buffers together may have so much; absent: what V8 allows the heap. */
  readonly limitBytes?: number;
  /** The run whose code a script is, where there is only one. */
  readonly runOf: (url: string) => number | undefined;
  readonly told: (growth: HeapGrowth) => void;
}

/**
 * Tells by whose code memory was taken since it was half full; before that it costs nothing. What stands in buffers
 * is in nobody's name: V8 knows the code that made objects only.
 */
export function watchHeap({ limitBytes, runOf, told }: HeapWatch): void {
  const limit = limitBytes ?? v8().getHeapStatistics().heap_size_limit;
  const used = (options: { readonly collect: boolean }) =>
    limitBytes === undefined ? v8().getHeapStatistics().used_heap_size : ownMemory(options);
  const session = new Session();
  let before: number | undefined;
  const look = () => {
    let bytes = used({ collect: false });
    if (limitBytes !== undefined && bytes > limit) bytes = used({ collect: true });
    if (before === undefined) {
      if (bytes < limit / 2) return;
      before = bytes;
      session.connect();
      session.post('HeapProfiler.startSampling', { samplingInterval: sampleBytes });
    }
    const isFull = limitBytes !== undefined && bytes > limit;
    // The thread is about to be ended: another collection would be cut off in its middle.
    if (isFull) clearInterval(timer);
    if (bytes < limit * calm) {
      before = undefined;
      session.disconnect();
      told({ limitBytes: limit, grownBytes: 0, byRun: [], isFull });
      return;
    }
    const grownBytes = Math.max(0, bytes - before);
    session.post('HeapProfiler.getSamplingProfile', (_error, answer) => {
      const byRun = [...sumsOf(answer.profile.head, runOf)];
      told({ limitBytes: limit, grownBytes, byRun, isFull });
    });
  };
  const timer = setInterval(look, lookMs).unref();
}

/** Bytes that are still held, by the run whose code is innermost on the stack they were made on. */
function sumsOf(head: HeapProfiler.SamplingHeapProfileNode, runOf: HeapWatch['runOf']): ReadonlyMap<number, number> {
  const sums = new Map<number, number>();
  const add = (node: HeapProfiler.SamplingHeapProfileNode, caller: number | undefined) => {
    const run = runOf(node.callFrame.url) ?? caller;
    if (run !== undefined && node.selfSize > 0) sums.set(run, (sums.get(run) ?? 0) + node.selfSize);
    for (const child of node.children) add(child, run);
  };
  add(head, undefined);
  return sums;
}
