import process from 'node:process';

/**
 * Gives each module of a shared thread its own view of `process.env`: what its configuration sets stands before what
 * the thread has, what it changes itself stays its own, and its child processes inherit that view.
 */
export function scopeEnvironment(own: () => Record<string, string | undefined> | undefined): void {
  const common = process.env;
  const view = (): Record<string, string | undefined> => own() ?? common;
  process.env = new Proxy(common, {
    get: (_, key) => (typeof key === 'string' ? view()[key] : undefined),
    has: (_, key) => typeof key === 'string' && view()[key] !== undefined,
    set: (_, key, value) => {
      if (typeof key === 'string') view()[key] = String(value);
      return true;
    },
    deleteProperty: (_, key) => {
      if (typeof key === 'string') delete view()[key];
      return true;
    },
    ownKeys: () => Object.keys(view()),
    getOwnPropertyDescriptor: (_, key) => {
      const value = typeof key === 'string' ? view()[key] : undefined;
      return value === undefined ? undefined : { value, writable: true, enumerable: true, configurable: true };
    },
  });
}
