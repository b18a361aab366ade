import { createRequire } from 'node:module';
import path from 'node:path';
import { buildAdvice } from '../../config/native-library.ts';
import { WorkerError } from '../worker.ts';

/** The part of koffi that is used. */
export interface Koffi {
  /** A library; null stands for what this process has loaded already, the C library among it. */
  load(path: string | null): NativeLibrary;
}

export interface NativeLibrary {
  func(name: string, result: string, parameters: readonly string[]): NativeFunction;
}

export interface NativeFunction {
  (...args: unknown[]): unknown;
  /** Runs on another thread; the last argument is called back. */
  async(...args: unknown[]): void;
}

/** koffi is optional: it is taken from where the library stands, else from where this program does. */
export function loadKoffi(id: string, library: string): Koffi {
  for (const from of [library, path.join(DIST_FOLDER, 'main.js')]) {
    try {
      return createRequire(from)('koffi') as Koffi;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND')) throw error;
    }
  }
  const message = `${id} cannot be loaded: a native library needs koffi, which is not installed. Run "npm install koffi" in ${path.dirname(library)}.`;
  throw new WorkerError({ code: 'module-not-found', message });
}

/** Opens a library; what keeps it from loading is the module's fault and said as such. */
export function openLibrary(id: string, koffi: Koffi, file: string): NativeLibrary {
  try {
    return koffi.load(file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `${id} cannot be loaded: ${why.replace(/\.$/, '')}. ${buildAdvice(path.basename(file), process)}`;
    throw new WorkerError({ code: 'module-syntax', message });
  }
}
