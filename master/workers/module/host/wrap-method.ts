export type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Replaces a method of one of Node's own objects by one that knows the original; its other properties are kept. */
export function wrapMethod(target: object, name: string, wrap: (original: Method) => Method): void {
  const original: unknown = Reflect.get(target, name);
  if (!isMethod(original)) return;
  const wrapped = wrap(original);
  Object.defineProperties(wrapped, Object.getOwnPropertyDescriptors(original));
  const descriptor = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, {
    configurable: true,
    writable: true,
    enumerable: descriptor?.enumerable ?? false,
    value: wrapped,
  });
}

export function isMethod(value: unknown): value is Method {
  return typeof value === 'function';
}
