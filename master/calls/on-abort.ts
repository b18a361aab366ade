interface Followed {
  readonly callbacks: Set<() => void>;
  readonly listener: () => void;
}

const followed = new WeakMap<AbortSignal, Followed>();

/**
 * Calls back when a signal that has not aborted yet does; the returned function takes that back. However many calls follow
 * one signal, it has one listener of ours: Node warns of a leak from the eleventh on, and goes through all of them to take
 * one away (`EventTarget`). It has none once nobody follows it: a listener keeps some signals from being collected.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const { callbacks, listener } = followed.get(signal) ?? follow(signal);
  callbacks.add(callback);
  return () => {
    if (!callbacks.delete(callback) || callbacks.size > 0) return;
    signal.removeEventListener('abort', listener);
    followed.delete(signal);
  };
}

function follow(signal: AbortSignal): Followed {
  const callbacks = new Set<() => void>();
  const listener = () => {
    for (const callback of callbacks) callback();
  };
  signal.addEventListener('abort', listener, { once: true });
  const one = { callbacks, listener };
  followed.set(signal, one);
  return one;
}
