import { setTimeout as wait } from 'node:timers/promises';

const patience = 15_000;

/**
 * Waits until an outside fact that nobody tells of is true, looking every few milliseconds, and resolves to it. Rejects
 * with what was waited for when that takes too long, which is fifteen seconds where nothing else is said.
 */
export async function until<T>(
  fact: () => T | undefined | false | Promise<T | undefined | false>,
  what: string | (() => string),
  patienceMs = patience,
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
