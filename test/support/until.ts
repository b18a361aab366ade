import { setTimeout as wait } from 'node:timers/promises';

const patienceMs = 10_000;

/**
 * Waits until an outside fact that nobody tells of is true, looking every few milliseconds, and resolves to it. Rejects
 * after ten seconds with what was waited for.
 */
export async function until<T>(
  fact: () => T | undefined | false | Promise<T | undefined | false>,
  what: string | (() => string),
): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const value = await fact();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) {
      throw new Error(`Waited ${patienceMs / 1000} s in vain for ${typeof what === 'string' ? what : what()}.`);
    }
    await wait(10);
  }
}
