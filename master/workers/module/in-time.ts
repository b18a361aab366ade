import { setTimeout as wait } from 'node:timers/promises';

/** How long a thread may take for an answer that it gives at once when it can. Milliseconds. */
export const answerMs = 1_000;

/** Undefined when the answer takes longer than that: what blocks a thread may begin between any two questions. */
export function inTime<T>(answer: Promise<T>): Promise<T | undefined> {
  return Promise.race([answer, wait(answerMs, undefined, { ref: false })]);
}
