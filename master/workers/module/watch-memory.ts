import { setTimeout as wait } from 'node:timers/promises';
import type { ThreadMemory } from './thread-memory.ts';

/** How often a limited thread is measured: it can take a gigabyte in a second. Milliseconds. */
const lookMs = 50;

/** How long a thread may take to collect its garbage before what is in its heap counts. Milliseconds. */
const collectMs = 100;

export interface MemoryWatch {
  readonly memory: ThreadMemory;
  readonly limitBytes: number;
  readonly signal: AbortSignal;
  /** Told each time the limit is passed, garbage not counted, from below it. */
  readonly exceeded: (bytes: number) => void;
}

/** Measures a thread until the signal aborts. */
export async function watchMemory({ memory, limitBytes, signal, exceeded }: MemoryWatch): Promise<void> {
  let over = false;
  for (;;) {
    await wait(lookMs, undefined, { signal, ref: false }).catch(() => undefined);
    if (signal.aborted) return;
    const bytes = await memory.read();
    const isOver = bytes !== undefined && bytes > limitBytes;
    if (isOver && !over) {
      const left = (await memory.collected(collectMs)) ?? bytes;
      over = left > limitBytes;
      if (over && !signal.aborted) exceeded(left);
    } else if (!isOver) {
      over = false;
    }
  }
}
