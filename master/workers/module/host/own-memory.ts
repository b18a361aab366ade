import process from 'node:process';
import type V8 from 'node:v8';
import vm from 'node:vm';
import type { OwnMemory } from '../host-protocol.ts';

/** Loaded when it is first needed: most threads of one module never ask, and their start would be felt to be longer. */
export function v8(): typeof V8 {
  return process.getBuiltinModule('node:v8');
}

export function ownMemory({ collect }: { readonly collect: boolean }): OwnMemory {
  if (collect) collectGarbage();
  const { used_heap_size: heap, external_memory: buffers } = v8().getHeapStatistics();
  return { heap, buffers };
}

/** So often it is tried to have the function that collects. */
const mostTries = 1000;

function collectGarbage(): void {
  let collect: unknown;
  for (let tries = 0; typeof collect !== 'function' && tries < mostTries; tries++) {
    // A context made while the flag is set has the function; ours were made without it. The flag is every thread's: another
    // that collects may have cleared it meanwhile.
    v8().setFlagsFromString('--expose-gc');
    collect = vm.runInNewContext('globalThis.gc');
    v8().setFlagsFromString('--no-expose-gc');
  }
  if (typeof collect !== 'function') return;
  // What buffers held is given back beside the work that follows; the next collection waits for that.
  Reflect.apply(collect, undefined, []);
  Reflect.apply(collect, undefined, []);
}

/** Node's permission model is in force here. */
export function isRestricted(): boolean {
  return typeof Reflect.get(process, 'permission') === 'object';
}
