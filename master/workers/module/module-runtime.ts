import path from 'node:path';
import v8 from 'node:v8';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { Peer } from '../../calls/peer.ts';
import type { ModuleDeployment, ModuleHostSettings } from '../../config/deployment.ts';
import type { LimitsConfig } from '../../config/worker-config.ts';
import type { CallDirectory } from '../../calls/directory.ts';
import { inheritedEnvironment } from '../process/environment.ts';
import type { RunContext, Worker } from '../worker.ts';
import { isTypeScript } from './host/typescript-paths.ts';
import { HostCode } from './host-code.ts';
import { hostFlags } from './host-flags.ts';
import type { HostOptions } from './host-protocol.ts';
import { HostThread } from './host-thread.ts';
import { watchdogLimits, type WatchdogLimits } from './host-watchdog.ts';
import type { LoadedModule, Module } from './loaded-module.ts';
import { isProgram } from './is-program.ts';
import type { ModuleRun, RunThread } from './module-run.ts';
import { ModuleWorker } from './module-worker.ts';
import { pinLibrary } from './pin-library.ts';
import { permissionFlags } from './permission-flags.ts';
import type { ProgramOptions } from './program-options.ts';
import { SharedHost } from './shared-host.ts';
import { letThreadsHaveLimits } from './thread-limits.ts';

type Environment = Readonly<Record<string, string>>;

export interface ModuleRuntimeOptions {
  /** Marks the processes that modules start as this master's, as those of process workers. */
  readonly masterKey: string;
  readonly watchdog?: WatchdogLimits;
  /** What the shared modules may hold together; absent: what V8 allows. */
  readonly maxHostMemoryBytes?: number;
  /** Lets workers call each other. */
  readonly calls?: CallDirectory | undefined;
}

export interface ModuleWorkerParts {
  readonly id: string;
  readonly deployment: ModuleDeployment;
  readonly limits?: LimitsConfig;
}

/** Holds every module of one master: one thread for the shared ones, one each for the others. */
export class ModuleRuntime {
  readonly #threads = new Set<HostThread>();
  readonly #masterKey: string;
  readonly #calls: CallDirectory | undefined;
  readonly #shared: SharedHost;
  readonly #code = new HostCode();
  readonly #loaded = new Map<Module, ModuleRun>();
  #runs = 0;

  constructor({ masterKey, watchdog, maxHostMemoryBytes, calls }: ModuleRuntimeOptions) {
    this.#masterKey = masterKey;
    this.#calls = calls;
    preventUnstoppableLoops();
    letThreadsHaveLimits();
    this.#shared = new SharedHost((maxBytes) => this.#keep(hostThread(this.#code, calls, maxBytes)), watchdog);
    this.#shared.maxMemoryBytes = maxHostMemoryBytes;
  }

  createWorker({ id, deployment, limits }: ModuleWorkerParts): Worker {
    return this.#worker(id, deployment, limits);
  }

  /** What is not given is as usual. */
  configureHost({ slowAfterMs, blockedAfterMs, maxMemoryBytes }: ModuleHostSettings): void {
    const blockedMs = blockedAfterMs ?? watchdogLimits.blockedMs;
    this.#shared.limits = { slowMs: slowAfterMs ?? watchdogLimits.slowMs, blockedMs };
    this.#shared.maxMemoryBytes = maxMemoryBytes;
  }

  /**
   * Loads a module into the shared host and calls its factory, without starting it: proves that it can be loaded, and
   * gives hands to start it. Rejects with a WorkerError.
   */
  async loadModule(file: string, entryPoint?: string): Promise<Module> {
    const deployment: ModuleDeployment = {
      kind: 'module',
      isolation: 'shared',
      path: path.resolve(file),
      config: {},
      args: [],
      environment: {},
      folder: path.dirname(path.resolve(file)),
      ...(entryPoint === undefined ? {} : { entryPoint }),
    };
    const worker = this.#worker(path.basename(file), deployment);
    await worker.prepare();
    const run = await worker.launch(silent(), { loadOnly: true });
    const info = run.loaded;
    if (!info) throw new Error(`${file} was loaded and then went away.`);
    const module: Module = {
      info,
      start: (config = {}) => run.begin(config),
      isHealthy: async () => (await run.healthy(new AbortController().signal)) !== false,
    };
    this.#loaded.set(module, run);
    return module;
  }

  /** Stops the module if it was started, and lets go of everything it loaded. */
  async unloadModule(module: Module, graceMs = 10_000): Promise<void> {
    const run = this.#loaded.get(module);
    this.#loaded.delete(module);
    await run?.stop(graceMs);
  }

  /** Every module whose code is in this process now: those of workers, and those loaded by hand. */
  listLoadedModules(): readonly LoadedModule[] {
    const members = [...this.#threads].flatMap((thread) => [...thread.members.values()]);
    return members.flatMap(({ loaded }) => loaded ?? []);
  }

  /** Bytes of JavaScript that the shared host still needs, after a full garbage collection there; it stops the host for it. */
  async collectedHeap(): Promise<number> {
    return (await this.#shared.thread?.call<'heap'>({ kind: 'heap', collect: true })) ?? 0;
  }

  #worker(id: string, deployment: ModuleDeployment, limits?: LimitsConfig): ModuleWorker {
    return new ModuleWorker({
      id,
      deployment,
      ...(limits ? { limits } : {}),
      masterKey: this.#masterKey,
      nextRun: () => {
        this.#runs += 1;
        return this.#runs;
      },
      started: () => {
        this.#code.learn();
      },
      place: (run, environment) => this.#place({ id, deployment, ...(limits ? { limits } : {}) }, run, environment),
    });
  }

  /** Ends every thread; the workers are to be stopped before. False when native code holds one all the same. */
  async dispose(): Promise<boolean> {
    return (await Promise.all([...this.#threads].map((thread) => thread.terminate(2000)))).every(Boolean);
  }

  #place(parts: ModuleWorkerParts, run: number, environment: Environment): RunThread {
    const { id, deployment } = parts;
    if (isProgram(deployment)) return own(this.#keep(programThread(parts, run, environment, this.#calls)));
    if (deployment.isolation === 'native') pinLibrary(id, deployment.path);
    if (deployment.isolation !== 'shared') return own(this.#keep(moduleThread(parts, this.#code, this.#calls)));
    return this.#shared.place(id);
  }

  #keep(thread: HostThread): HostThread {
    this.#threads.add(thread);
    void thread.ended.then(() => this.#threads.delete(thread));
    return thread;
  }
}

/** For a module without a worker: nobody reads its lines, nobody cancels it. */
function silent(): RunContext {
  const output = { stdoutFile: '', stderrFile: '', write: () => undefined };
  return { signal: new AbortController().signal, number: 1, output, changed: () => undefined };
}

function own(thread: HostThread): RunThread {
  return { thread, own: true, neighbours: () => [] };
}

/** The one that shared modules live in. */
function hostThread(code: HostCode, calls: CallDirectory | undefined, maxMemoryBytes: number | undefined): HostThread {
  return openHost('module host', code, calls, {
    solo: false,
    execArgv: hostFlags,
    ...(maxMemoryBytes === undefined ? {} : { limitBytes: maxMemoryBytes }),
  });
}

function moduleThread(parts: ModuleWorkerParts, code: HostCode, calls: CallDirectory | undefined): HostThread {
  const { id, deployment } = parts;
  const permissions = deployment.isolation === 'thread' ? permissionFlags(deployment) : [];
  return openHost(id, code, calls, {
    solo: true,
    execArgv: [...hostFlags, ...permissions],
    ...limitOf(parts),
  });
}

function openHost(
  name: string,
  code: HostCode,
  calls: CallDirectory | undefined,
  { solo, ...options }: { readonly solo: boolean; readonly execArgv: readonly string[]; readonly limitBytes?: number },
): HostThread {
  const way = wayTo(calls);
  const { options: codeOptions, transfer } = code.forThread();
  // Without this cache V8 lets go of the compiled text of an ES module with its generation. The flag is every thread's.
  v8.setFlagsFromString('--no-compilation-cache');
  return new HostThread({
    ...options,
    file: path.join(DIST_FOLDER, 'start-host.cjs'),
    name,
    environment: inheritedEnvironment(process.env),
    data: { solo, code: codeOptions, ...way?.forThread } satisfies HostOptions,
    transfer: way ? [way.forThread.calls, ...transfer] : transfer,
    ...(way ? { calls: way.peer } : {}),
  });
}

/** A way for calls between a thread that is about to begin and all others. */
function wayTo(
  calls: CallDirectory | undefined,
): { readonly peer: Peer; readonly forThread: { readonly calls: MessagePort } } | undefined {
  if (!calls) return undefined;
  const { port1, port2 } = new MessageChannel();
  return { peer: calls.addThread(port1), forThread: { calls: port2 } };
}

function limitOf({ deployment, limits }: ModuleWorkerParts): { readonly limitBytes?: number } {
  const bytes = limits?.maxRssBytes;
  return bytes === undefined || deployment.isolation !== 'thread' ? {} : { limitBytes: bytes };
}

function programThread(
  parts: ModuleWorkerParts,
  run: number,
  environment: Environment,
  calls: CallDirectory | undefined,
): HostThread {
  const { id, deployment } = parts;
  const { port1, port2 } = new MessageChannel();
  const way = wayTo(calls);
  const program: ProgramOptions = {
    run,
    id,
    port: port2,
    ...way?.forThread,
    folder: path.resolve(deployment.folder),
    typeScript: isTypeScript(deployment.path),
  };
  return new HostThread({
    file: path.resolve(deployment.path),
    name: id,
    argv: deployment.args,
    execArgv: [
      '--enable-source-maps',
      '--disable-warning=ExperimentalWarning',
      '--require',
      path.join(DIST_FOLDER, 'program-preload.cjs'),
      ...permissionFlags(deployment),
    ],
    environment: { ...inheritedEnvironment(process.env), ...environment },
    data: { hsuProgram: program },
    port: port1,
    transfer: way ? [port2, way.forThread.calls] : [port2],
    ...(way ? { calls: way.peer } : {}),
    ...limitOf(parts),
  });
}

/**
 * Node 24 compiles some loops on the stack into code that never looks whether its thread is to end; without that
 * compilation every loop of JavaScript can be stopped. The flag takes effect for code not yet compiled.
 */
function preventUnstoppableLoops(): void {
  if (Number(process.versions.node.split('.')[0]) >= 24) v8.setFlagsFromString('--no-use-osr');
}
