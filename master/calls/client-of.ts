import type { Client } from './contract.ts';

/** A client whose methods are made as they are asked for first; from then on they are its own, and as fast as any. */
export function clientOf<Contract extends object>(
  call: (method: string, args: readonly unknown[]) => Promise<unknown>,
): Client<Contract> {
  const methods = new Proxy(Object.prototype, {
    get(inherited, name, client: object) {
      // What waits for a client must not take it for a promise.
      if (typeof name !== 'string' || name === 'then' || name in inherited)
        return Reflect.get(inherited, name) as unknown;
      const method = (...args: unknown[]) => call(name, args);
      Object.defineProperty(client, name, { value: method });
      return method;
    },
  });
  // Which methods there are is known to the compiler alone: the worker answers for those that are not.
  return Object.create(methods) as Client<Contract>;
}
