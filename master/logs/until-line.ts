import type { LogStore } from './log-store.ts';
import { neutralise } from './neutralise.ts';

/** Resolves when the newest run of a worker has written a matching line, also one before the call; colours aside. */
export async function untilLine(logs: LogStore, id: string, pattern: RegExp, signal: AbortSignal): Promise<void> {
  const matches = ({ text }: { readonly text: string }) => pattern.test(neutralise(text));
  let found: () => void = () => undefined;
  let stop: () => void = () => undefined;
  const coming = new Promise<void>((resolve, reject) => {
    found = resolve;
    stop = () => reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
  });
  // Followed first and read then, so that no line falls between.
  const following = logs.follow(id, (lines) => {
    if (lines.some(matches)) found();
  });
  try {
    signal.addEventListener('abort', stop, { once: true });
    signal.throwIfAborted();
    const past = logs.lines({ id, run: 0, lines: Number.POSITIVE_INFINITY });
    await Promise.race([coming, past.then((lines) => (lines.some(matches) ? undefined : coming))]);
  } finally {
    signal.removeEventListener('abort', stop);
    coming.catch(() => undefined);
    following.dispose();
  }
}
