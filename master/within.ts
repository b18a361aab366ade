import { setTimeout as wait } from 'node:timers/promises';

/** Undefined when it takes longer. */
export async function within<T>(ms: number, answer: Promise<T>): Promise<T | undefined> {
  const over = new AbortController();
  const late = wait(ms, undefined, { signal: over.signal }).catch(() => undefined);
  try {
    return await Promise.race([answer, late]);
  } finally {
    over.abort();
  }
}
