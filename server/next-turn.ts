let last: Promise<void> = Promise.resolve();

/**
 * Resolves in a turn of the event loop that nobody else who asks for one is given: an editor asks for many things at once,
 * and slices of all of them in one turn would keep everything else waiting.
 */
export function nextTurn(): Promise<void> {
  return (last = last.then(() => new Promise((resolve) => setImmediate(resolve))));
}
