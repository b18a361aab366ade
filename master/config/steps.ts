/** Work that may be interrupted at every step, and what it comes to. */
export type Steps<R> = Generator<undefined, R, void>;

/** The work in one go. */
export function inOneGo<R>(steps: Steps<R>): R {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** How much of a long list is gone through between two steps. */
const atOnce = 256;

/** Goes through a list, a stretch of it in each step. */
export function* stepThrough<T>(list: readonly T[], each: (one: T) => void): Steps<void> {
  let left = atOnce;
  for (const one of list) {
    each(one);
    if (--left > 0) continue;
    left = atOnce;
    yield;
  }
}
