import { setTimeout as wait } from 'node:timers/promises';

/**
 * Waits for a fact of the outside world that tells nobody when it comes true, such as the end of a stranger's process.
 * Rejects with the sentence after `limitMs`.
 */
export async function eventually<T>(
  sentence: string,
  fact: () => T | undefined | false | Promise<T | undefined | false>,
  limitMs = 15_000,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const value = await fact();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`Within ${limitMs} ms it did not come true that ${sentence}.`);
    await wait(10);
  }
}
