import { setTimeout as wait } from 'node:timers/promises';

/**
 * Waits until an outside fact that nobody tells of is true, looking every few milliseconds. Rejects after ten seconds.
 */
export async function until(fact: () => boolean | Promise<boolean>, what: string | (() => string)): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await fact())) {
    if (Date.now() > deadline) throw new Error(`Waited 10 s in vain for ${typeof what === 'string' ? what : what()}.`);
    await wait(10);
  }
}
