import type { ModuleScope } from './module-scope.ts';
import { wrapMethod } from './wrap-method.ts';

/** Gives what a module prints to the module; what belongs to none goes where the thread's own output goes. */
export function captureOutput(owner: () => ModuleScope | undefined): void {
  for (const stream of ['stdout', 'stderr'] as const) {
    wrapMethod(process[stream], 'write', (original) => {
      return function (chunk, encoding, callback) {
        const scope = owner();
        if (!scope) return original.call(this, chunk, encoding, callback);
        scope.write(stream, decode(chunk, encoding));
        const done = typeof encoding === 'function' ? encoding : callback;
        if (typeof done === 'function') process.nextTick(done);
        return true;
      };
    });
  }
}

function decode(chunk: unknown, encoding: unknown): string {
  if (chunk instanceof Uint8Array)
    return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('utf8');
  if (typeof chunk !== 'string') return String(chunk);
  return typeof encoding === 'string' && Buffer.isEncoding(encoding) && encoding !== 'utf8' && encoding !== 'utf-8'
    ? Buffer.from(chunk, encoding).toString('utf8')
    : chunk;
}
