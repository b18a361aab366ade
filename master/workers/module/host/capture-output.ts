import { captureDescriptors } from './capture-descriptors.ts';
import { decodeOutput } from './decode-output.ts';
import type { ModuleScope } from './module-scope.ts';
import { wrapMethod } from './wrap-method.ts';

/** Gives what a module prints to the module; what belongs to none goes where the thread's own output goes. */
export function captureOutput(owner: () => ModuleScope | undefined): void {
  for (const stream of ['stdout', 'stderr'] as const) {
    wrapMethod(process[stream], 'write', (original) => {
      return function (chunk, encoding, callback) {
        const scope = owner();
        if (!scope) return original.call(this, chunk, encoding, callback);
        scope.write(stream, decodeOutput(chunk, encoding));
        const done = typeof encoding === 'function' ? encoding : callback;
        if (typeof done === 'function') process.nextTick(done);
        return true;
      };
    });
  }
  captureDescriptors((stream, text) => {
    const scope = owner();
    scope?.write(stream, text);
    return scope !== undefined;
  });
}
