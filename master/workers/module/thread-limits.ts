import v8 from 'node:v8';

/** What a thread may hold in objects where nobody says: as much as V8 gave this process's main thread. */
export const usualHeapBytes = v8.getHeapStatistics().heap_size_limit;

/**
 * V8 keeps a limit by ending the thread only where it has reserve enough for the allocation that passes it: a large one
 * ends the whole process. So a watch ends a thread at its limit, and V8's own stands so far above that what is made
 * between two looks does not reach it: a single allocation has at most 1 GB.
 */
export const headRoomBytes = 2 * 1024 ** 3;

/** What a thread may hold in objects at most, given what it may hold by its configuration. */
export function mostHeapBytes(limitBytes = 0): number {
  return Math.max(usualHeapBytes, limitBytes);
}

/** A limit for the whole process (--max-old-space-size) overrules those of threads. The main thread has its own by now. */
export function letThreadsHaveLimits(): void {
  v8.setFlagsFromString('--max-old-space-size=0');
  v8.setFlagsFromString('--max-heap-size=0');
}
