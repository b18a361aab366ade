import { setTimeout as wait } from 'node:timers/promises';
import { headRoomBytes } from './thread-limits.ts';
import type { ThreadMemory } from './thread-memory.ts';

/** How often a thread is measured: it can take a gigabyte in a second. Milliseconds. */
const lookMs = 50;

/** How long a thread may take to collect its garbage before what is in its heap counts. Milliseconds. */
const collectMs = 1_000;

/** So far over its limit, nobody waits for that; nor where much of V8's reserve is taken. */
const tooFar = 1.5;
const reserveBytes = headRoomBytes / 4;

export interface MemoryWatch {
  readonly memory: ThreadMemory;
  readonly limitBytes: number;
  readonly signal: AbortSignal;
  /** Told each time the limit is passed, garbage not counted, from below it. */
  readonly exceeded: (bytes: number) => void;
  /** Told of each look, garbage counted. */
  readonly seen?: (bytes: number) => void;
}

/** Measures a thread until the signal aborts. */
export async function watchMemory({ memory, limitBytes, signal, exceeded, seen }: MemoryWatch): Promise<void> {
  let over = false;
  for (;;) {
    await wait(lookMs, undefined, { signal, ref: false }).catch(() => undefined);
    if (signal.aborted) return;
    const bytes = await memory.read();
    if (bytes === undefined) continue;
    seen?.(bytes);
    if (bytes > limitBytes && !over) {
      const held = await withoutGarbage(memory, bytes, limitBytes);
      over = held > limitBytes;
      if (over && !signal.aborted) exceeded(held);
    } else if (bytes <= limitBytes) {
      over = false;
    }
  }
}

/** What is left when the thread has collected its garbage; all there is, where it is too busy to or takes ever more. */
async function withoutGarbage(memory: ThreadMemory, before: number, limitBytes: number): Promise<number> {
  let bytes = before;
  const collected = memory.collected(collectMs).then((left) => left ?? bytes);
  while (bytes <= Math.min(limitBytes * tooFar, limitBytes + reserveBytes)) {
    const left = await Promise.race([collected, wait(lookMs, undefined, { ref: false })]);
    if (left !== undefined) return left;
    bytes = (await memory.read()) ?? bytes;
  }
  return bytes;
}
