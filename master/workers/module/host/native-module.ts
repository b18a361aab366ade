import path from 'node:path';
import { WorkerError } from '../../worker.ts';
import type { Module } from '../contract.ts';
import { loadKoffi, openLibrary, type NativeFunction, type NativeLibrary } from '../load-koffi.ts';
import type { ModuleStart } from '../host-protocol.ts';

/** A shared library with the C interface of docs/hsu-module.h; `entry_point` names its create function. */
export function nativeModule(start: ModuleStart): Module {
  const { id, path: file, entryPoint = 'hsu_module_create', config } = start;
  const library = openLibrary(id, loadKoffi(id, file), file);
  const create = required(start, library, entryPoint, 'void *', ['str']);
  const begin = required(start, library, 'hsu_module_start', 'int', ['void *']);
  const end = required(start, library, 'hsu_module_stop', 'int', ['void *']);
  const healthy = optional(library, 'hsu_module_is_healthy', 'int', ['void *']);
  const lastError = optional(library, 'hsu_module_last_error', 'str', ['void *']);
  const explain = (handle: unknown) => {
    const text = lastError?.(handle);
    return typeof text === 'string' && text !== '' ? text : 'the library tells no reason (hsu_module_last_error)';
  };
  let handle: unknown = null;
  return {
    initialize() {
      handle = create(JSON.stringify(config));
      if (handle === null) throw new Error(explain(null));
    },
    async start() {
      if ((await call(begin, handle)) !== 0) throw new Error(explain(handle));
    },
    async stop() {
      if ((await call(end, handle)) !== 0) throw new Error(explain(handle));
    },
    ...(healthy ? { isHealthy: () => healthy(handle) !== 0 } : {}),
  };
}

/** On another thread, so that a slow library does not hold this one. */
function call(method: NativeFunction, handle: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    method.async(handle, (error: Error | null, result: unknown) => {
      if (error) reject(error);
      else resolve(result);
    });
  });
}

function required(
  { id, path: file }: ModuleStart,
  library: NativeLibrary,
  name: string,
  result: string,
  parameters: readonly string[],
): NativeFunction {
  const found = optional(library, name, result, parameters);
  if (found) return found;
  const message = `${id} cannot start from ${path.basename(file)}: it has no function ${name}. Export it as docs/hsu-module.h says, or correct entry_point.`;
  throw new WorkerError({ code: 'module-factory', message });
}

function optional(
  library: NativeLibrary,
  name: string,
  result: string,
  parameters: readonly string[],
): NativeFunction | undefined {
  try {
    return library.func(name, result, parameters);
  } catch {
    return undefined;
  }
}
