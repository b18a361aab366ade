import path from 'node:path';
import { inspect } from 'node:util';
import type { WorkerFailure } from '../../../lifecycle/worker-snapshot.ts';
import { WorkerError, type StopReport } from '../../worker.ts';
import type { CallPlace } from '../../../calls/call-place.ts';
import type { WorkerContext } from '../../../calls/contract.ts';
import { WorkerCalls } from '../../../calls/worker-calls.ts';
import { isNativeLibrary } from '../../../config/native-library.ts';
import { present } from '../../../config/values.ts';
import type { Module, ModuleContext, ModuleLogger, ModuleMetadata } from '../contract.ts';
import { explainModuleError, type ModuleStep } from '../module-failure.ts';
import { findFactory } from './find-factory.ts';
import { ModuleGraph } from './module-graph.ts';
import type { ModuleScope } from './module-scope.ts';
import { nativeModule } from './native-module.ts';
import type { ImportResolver } from './resolve-module.ts';
import { wasmModule } from './wasm-module.ts';
import { isMethod } from './wrap-method.ts';

/** One module through its life: load, factory, initialize, start; later isHealthy and stop. */
export class HostedModule {
  readonly scope: ModuleScope;
  readonly #calls: WorkerCalls;
  #module: Module | undefined;
  #metadata: ModuleMetadata = {};
  #step: ModuleStep = 'load';
  /** Settles a start that waits, when the module fails elsewhere meanwhile. */
  #interrupt: ((error: unknown) => void) | undefined;

  constructor(scope: ModuleScope, place: CallPlace) {
    this.scope = scope;
    this.#calls = new WorkerCalls({
      worker: scope.start.id,
      place,
      signal: scope.signal,
      enter: scope.run,
      setEndpoint: (endpoint) => {
        scope.setEndpoint(endpoint);
      },
    });
  }

  /** The worker as its code finds it by `thisWorker()`. */
  get worker(): WorkerContext {
    const { id, endpoints, connect } = this.#context();
    return { id, endpoints, connect };
  }

  /** Rejects with a WorkerError; then the module's leftovers are closed. */
  start(resolver: ImportResolver): Promise<void> {
    return this.#startWith(() => this.#load(resolver));
  }

  /** The start of a module that is compiled in: there is no file to load. */
  startRegistered(factory: (context: ModuleContext) => unknown): Promise<void> {
    return this.#startWith(() => this.#create(factory));
  }

  /** The rest of the start of a module that was only loaded; fails as `start` does. */
  begin(config: Readonly<Record<string, unknown>>): Promise<void> {
    return this.#guard(() => this.#begin(config));
  }

  /** As it was when the start was done. */
  get metadata(): ModuleMetadata {
    return this.#metadata;
  }

  #startWith(load: () => Promise<void>): Promise<void> {
    return this.#guard(async () => {
      await load();
      if (!this.scope.start.loadOnly) await this.#begin(this.scope.start.config);
      this.#readMetadata();
    });
  }

  async #guard(begin: () => Promise<void>): Promise<void> {
    const interrupted = new Promise<never>((_, reject) => {
      this.#interrupt = reject;
    });
    try {
      await Promise.race([this.scope.run(begin), interrupted]);
      this.#step = 'run';
    } catch (error) {
      const failure =
        error instanceof WorkerError ? error.failure : explainModuleError(this.scope.start.id, this.#step, error);
      this.scope.close();
      this.scope.abort(new Error(failure.message));
      await this.scope.resources.closeAll();
      throw new WorkerError(failure);
    } finally {
      this.#interrupt = undefined;
    }
  }

  /** An error that came from anywhere in the module's code, outside of a call the host waits for. */
  fail(error: unknown): void {
    if (this.#interrupt) {
      this.#interrupt(error);
    } else if (!this.scope.isOver) {
      const failure: WorkerFailure =
        error instanceof WorkerError ? error.failure : explainModuleError(this.scope.start.id, this.#step, error);
      this.scope.end({ how: 'failure', failure });
    }
  }

  /** The module ended itself with an exit code, as a process would. */
  exit(code: number | null, signal: string | null): void {
    const { id } = this.scope.start;
    if (!this.#interrupt) {
      this.scope.end({ how: 'exit', code, signal });
      return;
    }
    const how = signal === null ? `code ${code ?? 0}` : `signal ${signal}`;
    const message = `${id} ended itself with ${how} before its start was done.`;
    this.#interrupt(new WorkerError({ code: 'exited', message }));
  }

  async isHealthy(): Promise<boolean | null> {
    const module = this.#module;
    if (!module?.isHealthy || this.scope.isOver) return null;
    return this.scope.run(async () => (await module.isHealthy?.()) !== false);
  }

  /** Asks, waits, and closes what is left. */
  async stop(graceMs: number): Promise<StopReport> {
    const { id } = this.scope.start;
    this.#interrupt?.(new WorkerError({ code: 'internal', message: `${id} was stopped while it started.` }));
    const alreadyOver = this.scope.isOver;
    const begun = performance.now();
    await this.#finishCalls(graceMs);
    this.scope.close();
    this.scope.abort(new Error(`${id} is being stopped.`));
    const complaints: string[] = [];
    const left = Math.max(0, graceMs - (performance.now() - begun));
    const asked = alreadyOver ? true : await this.#ask(left, complaints);
    const leftovers = await this.scope.resources.closeAll();
    return { forced: !asked, leftovers: [...complaints, ...leftovers] };
  }

  /** What others have called goes on to its end, within the grace period. */
  async #finishCalls(graceMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, graceMs);
    });
    await Promise.race([this.#calls.drain(), late]);
    clearTimeout(timer);
  }

  async #load(resolver: ImportResolver): Promise<void> {
    const { start } = this.scope;
    this.#step = 'load';
    if (/\.wasm$/i.test(start.path)) {
      this.#module = await wasmModule(this.scope, (code) => {
        this.exit(code, null);
      });
      return;
    }
    if (isNativeLibrary(start.path)) {
      this.#module = nativeModule(start);
      return;
    }
    const exports = await new ModuleGraph(resolver).import(start.path);
    const factory = findFactory(exports, start.entryPoint);
    if (typeof factory === 'string') throw this.#error('module-factory', factory);
    await this.#create(factory);
  }

  async #create(factory: (context: ModuleContext) => unknown): Promise<void> {
    const { start } = this.scope;
    const context = this.#context();
    this.#step = 'factory';
    const module: unknown = await factory(context);
    if (!isModule(module)) {
      const got = isMethod(module) ? 'a function' : inspect(module, { depth: 0, breakLength: Infinity }).slice(0, 80);
      const name = start.entryPoint ?? 'the default export';
      throw this.#error(
        'module-contract',
        `${name} returned ${got}; a module is an object with at least a start() function.`,
      );
    }
    this.#module = module;
  }

  async #begin(config: Readonly<Record<string, unknown>>): Promise<void> {
    this.#step = 'initialize';
    await this.#module?.initialize?.(config, this.#context());
    this.#step = 'start';
    await this.#module?.start(this.scope.signal);
  }

  /** A part of the start: it may be a getter of the module's, which throws. */
  #readMetadata(): void {
    const { name, version, description } = this.#module?.metadata ?? {};
    this.#metadata = present({ name: textOf(name), version: textOf(version), description: textOf(description) });
  }

  #error(code: WorkerFailure['code'], what: string): WorkerError {
    const { id, path: file } = this.scope.start;
    return new WorkerError({ code, message: `${id} cannot start from ${path.basename(file)}: ${what}` });
  }

  /** True when stop() was done within the grace period. */
  async #ask(graceMs: number, complaints: string[]): Promise<boolean> {
    const module = this.#module;
    if (!module?.stop) return true;
    const limit = new AbortController();
    // Not AbortSignal.timeout: that one would keep the whole module alive until the grace period is over.
    const timer = setTimeout(() => {
      limit.abort(new Error(`${this.scope.start.id} has had ${graceMs} ms to stop.`));
    }, graceMs);
    const late = new Promise<false>((resolve) => {
      limit.signal.addEventListener('abort', () => {
        resolve(false);
      });
    });
    const stopped = this.scope.run(async () => {
      try {
        await module.stop?.(limit.signal);
      } catch (error) {
        complaints.push(explainModuleError(this.scope.start.id, 'stop', error).message);
      }
      return true;
    });
    const asked = await Promise.race([stopped, late]);
    clearTimeout(timer);
    return asked;
  }

  #context(): ModuleContext {
    const { scope } = this;
    return {
      id: scope.start.id,
      config: scope.start.config,
      signal: scope.signal,
      logger: loggerOf(scope),
      connect: (worker, options) => this.#calls.connect(worker, options),
      endpoints: {
        publish: (name, contract) => {
          this.#calls.publish(name, contract);
        },
        register: (name, type, address) => {
          scope.setEndpoint({ name, type, address, origin: 'registered' });
        },
        unregister: (name) => {
          this.#calls.withdraw(name);
          scope.removeEndpoint('registered', name);
        },
      },
    };
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function isModule(value: unknown): value is Module {
  return typeof value === 'object' && value !== null && isMethod(Reflect.get(value, 'start'));
}

function loggerOf(scope: ModuleScope): ModuleLogger {
  const line =
    (stream: 'stdout' | 'stderr', level: string) =>
    (message: string, ...details: unknown[]) => {
      const text = [message, ...details].map((part) => (typeof part === 'string' ? part : inspect(part))).join(' ');
      scope.write(stream, `${level}${text}\n`);
    };
  return {
    debug: line('stdout', 'debug: '),
    info: line('stdout', ''),
    warn: line('stderr', 'warning: '),
    error: line('stderr', 'error: '),
  };
}
