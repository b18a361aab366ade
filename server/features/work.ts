/** A result that takes long to make: at each `yield` it may be left, for others to be answered, and gone on with later. */
export type Work<T> = Generator<undefined, T>;

/** Makes the result at once. */
export function finish<T>(work: Work<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}
