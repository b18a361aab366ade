import fs from 'node:fs';
import path from 'node:path';
import type { WASI } from 'node:wasi';
import { WorkerError } from '../../worker.ts';
import type { Module } from '../contract.ts';
import type { ModuleStart } from '../host-protocol.ts';
import type { ModuleScope } from './module-scope.ts';
import { capWasmMemory } from './cap-wasm-memory.ts';
import { isMethod } from './wrap-method.ts';

/** What a WebAssembly module may be told by `module.config`. */
interface WasmConfig {
  /** Guest folder → host folder, relative to the module's; nothing else of the file system is visible. */
  readonly preopens?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * A WASI module (preview 1). A reactor exports its life: `start`, and if it likes `stop` and `is_healthy`; a command
 * exports `_start`, which is its whole run and may end it with an exit code.
 */
export async function wasmModule(scope: ModuleScope, ended: (code: number) => void): Promise<Module> {
  const { start } = scope;
  const compiled = await compile(start);
  const { preopens = {}, args = [], env = {} } = start.config as WasmConfig;
  // Loaded only here: Node warns of it, in a program that embeds the master too.
  const { WASI: Wasi } = process.getBuiltinModule('node:wasi');
  const wasi = new Wasi({
    version: 'preview1',
    args: [path.basename(start.path), ...args],
    env: { ...env },
    preopens: Object.fromEntries(
      Object.entries(preopens).map(([guest, host]) => [guest, path.resolve(start.folder, host)]),
    ),
    returnOnExit: true,
  });
  const imports = captured(wasi, scope, () => instance);
  const instance = await WebAssembly.instantiate(compiled, imports);
  const { exports } = instance;
  if (isMethod(exports['_start'])) {
    // A command occupies its thread while it runs: the start is done before it begins.
    return {
      start: () =>
        void setImmediate(() => {
          ended(wasi.start(instance));
        }),
    };
  }
  const begin = exports[start.entryPoint ?? 'start'];
  if (!isMethod(begin)) {
    const offered =
      Object.keys(exports)
        .filter((name) => isMethod(exports[name]))
        .join(', ') || 'no function';
    const message = `${start.id} cannot start from ${path.basename(start.path)}: it exports neither _start nor ${start.entryPoint ?? 'start'}, but ${offered}. Export a life cycle, or correct entry_point.`;
    throw new WorkerError({ code: 'module-contract', message });
  }
  wasi.initialize(instance);
  const { stop, is_healthy: healthy } = exports;
  return {
    start() {
      const status = begin();
      if (typeof status === 'number' && status !== 0) throw new Error(`it returned ${status}, expected 0`);
    },
    stop: () => void (isMethod(stop) && stop()),
    ...(isMethod(healthy) ? { isHealthy: () => healthy() !== 0 } : {}),
  };
}

async function compile({ id, path: file, memoryBytes }: ModuleStart): Promise<WebAssembly.Module> {
  const whole = await fs.promises.readFile(file);
  const bytes = memoryBytes === undefined ? whole : capWasmMemory(whole, memoryBytes);
  if (!bytes) {
    const message = `${id} cannot be loaded: ${file} begins with more memory than limits.memory allows (${memoryBytes} bytes). Raise the limit, or link it with less (--initial-memory).`;
    throw new WorkerError({ code: 'resource-limit', message });
  }
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^WebAssembly\.compile\(\): /, '') : String(error);
    const message = `${id} cannot be loaded: ${file} is no valid WebAssembly (${why}). Build it again.`;
    throw new WorkerError({ code: 'module-syntax', message });
  }
}

/** What the guest writes to its standard streams is its worker's output, not the master's. */
function captured(wasi: WASI, scope: ModuleScope, instance: () => WebAssembly.Instance): WebAssembly.Imports {
  const own = wasi.wasiImport as Record<string, unknown>;
  const write = own['fd_write'];
  const fdWrite = (descriptor: number, vectors: number, count: number, written: number): unknown => {
    const { memory } = instance().exports;
    const stream = descriptor === 1 ? 'stdout' : descriptor === 2 ? 'stderr' : undefined;
    if (!stream || !(memory instanceof WebAssembly.Memory)) {
      return isMethod(write) ? write(descriptor, vectors, count, written) : 8;
    }
    const view = new DataView(memory.buffer);
    const parts = Array.from({ length: count }, (_, index) => {
      const at = vectors + index * 8;
      return Buffer.from(memory.buffer, view.getUint32(at, true), view.getUint32(at + 4, true));
    });
    const bytes = Buffer.concat(parts);
    scope.write(stream, bytes.toString('utf8'));
    view.setUint32(written, bytes.length, true);
    return 0;
  };
  const imports = { ...own, fd_write: fdWrite };
  return { wasi_snapshot_preview1: imports, wasi_unstable: imports };
}
