import path from 'node:path';
import v8 from 'node:v8';
import { MessageChannel } from 'node:worker_threads';
import type { ModuleDeployment } from '../../config/deployment.ts';
import { inheritedEnvironment } from '../process/environment.ts';
import type { Worker } from '../worker.ts';
import { isTypeScript } from './host/typescript-paths.ts';
import { hostFlags } from './host-flags.ts';
import type { HostOptions } from './host-protocol.ts';
import { HostThread } from './host-thread.ts';
import type { WatchdogLimits } from './host-watchdog.ts';
import { isProgram, type RunThread } from './module-run.ts';
import { ModuleWorker } from './module-worker.ts';
import type { ProgramOptions } from './program-options.ts';
import { SharedHost } from './shared-host.ts';

type Environment = Readonly<Record<string, string>>;

export interface ModuleRuntimeOptions {
  /** Marks the processes that modules start as this master's, as those of process workers. */
  readonly masterKey: string;
  readonly watchdog?: WatchdogLimits;
}

/** Holds every module of one master: one thread for the shared ones, one each for the others. */
export class ModuleRuntime {
  readonly #threads = new Set<HostThread>();
  readonly #masterKey: string;
  readonly #shared: SharedHost;
  #runs = 0;

  constructor({ masterKey, watchdog }: ModuleRuntimeOptions) {
    this.#masterKey = masterKey;
    preventUnstoppableLoops();
    this.#shared = new SharedHost(() => this.#keep(moduleThread('module host', false)), watchdog);
  }

  createWorker({ id, deployment }: { readonly id: string; readonly deployment: ModuleDeployment }): Worker {
    return new ModuleWorker({
      id,
      deployment,
      masterKey: this.#masterKey,
      nextRun: () => {
        this.#runs += 1;
        return this.#runs;
      },
      place: (run, environment) => this.#place(id, run, deployment, environment),
    });
  }

  /** Ends every thread; the workers are to be stopped before. */
  async dispose(): Promise<void> {
    await Promise.all([...this.#threads].map((thread) => thread.terminate(2000)));
  }

  #place(id: string, run: number, deployment: ModuleDeployment, environment: Environment): RunThread {
    if (isProgram(deployment)) return own(this.#keep(programThread(id, run, deployment, environment)));
    if (deployment.isolation !== 'shared') return own(this.#keep(moduleThread(id, true)));
    return this.#shared.place(id);
  }

  #keep(thread: HostThread): HostThread {
    this.#threads.add(thread);
    void thread.ended.then(() => this.#threads.delete(thread));
    return thread;
  }
}

function own(thread: HostThread): RunThread {
  return { thread, own: true, neighbours: () => [] };
}

function moduleThread(name: string, solo: boolean): HostThread {
  const data: HostOptions = { solo };
  return new HostThread({
    file: path.join(DIST_FOLDER, 'module-host.js'),
    name,
    execArgv: hostFlags,
    environment: inheritedEnvironment(process.env),
    data,
  });
}

function programThread(id: string, run: number, deployment: ModuleDeployment, environment: Environment): HostThread {
  const { port1, port2 } = new MessageChannel();
  const program: ProgramOptions = {
    run,
    port: port2,
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
      path.join(DIST_FOLDER, 'program-preload.js'),
    ],
    environment: { ...inheritedEnvironment(process.env), ...environment },
    data: { hsuProgram: program },
    port: port1,
    transfer: [port2],
  });
}

/**
 * Node 24 compiles some loops on the stack into code that never looks whether its thread is to end; without that
 * compilation every loop of JavaScript can be stopped. The flag takes effect for code not yet compiled.
 */
function preventUnstoppableLoops(): void {
  if (Number(process.versions.node.split('.')[0]) >= 24) v8.setFlagsFromString('--no-use-osr');
}
