import fs from 'node:fs';
import { decodeOutput } from './decode-output.ts';
import { isMethod, wrapMethod } from './wrap-method.ts';

/**
 * Catches what is written to the descriptors 1 and 2 themselves, as fast loggers do: in a thread these are the
 * master's. `write` returns false to let the text go there all the same.
 */
export function captureDescriptors(write: (stream: 'stdout' | 'stderr', text: string) => boolean): void {
  const caught = (descriptor: unknown, data: unknown, rest: readonly unknown[]): number | undefined => {
    if (descriptor !== 1 && descriptor !== 2) return undefined;
    const text = textOf(data, rest);
    return write(descriptor === 1 ? 'stdout' : 'stderr', text) ? Buffer.byteLength(text) : undefined;
  };
  wrapMethod(fs, 'writeSync', (original) => {
    return function (descriptor, data, ...rest) {
      return caught(descriptor, data, rest) ?? original.call(this, descriptor, data, ...rest);
    };
  });
  wrapMethod(fs, 'write', (original) => {
    return function (descriptor, data, ...rest) {
      const bytes = caught(descriptor, data, rest);
      const done = rest.at(-1);
      if (bytes === undefined || !isMethod(done)) return original.call(this, descriptor, data, ...rest);
      process.nextTick(done, null, bytes, data);
      return undefined;
    };
  });
}

/** `(buffer, offset, length)`, `(buffer, { offset, length })` or `(string, position, encoding)`, as `fs.write` takes it. */
function textOf(data: unknown, rest: readonly unknown[]): string {
  if (!(data instanceof Uint8Array)) return decodeOutput(data, rest[1]);
  const [first, second] = rest;
  const options = typeof first === 'object' && first !== null ? first : { offset: first, length: second };
  const offset: unknown = Reflect.get(options, 'offset');
  const length: unknown = Reflect.get(options, 'length');
  const from = typeof offset === 'number' ? offset : 0;
  return decodeOutput(data.subarray(from, typeof length === 'number' ? from + length : undefined), undefined);
}
