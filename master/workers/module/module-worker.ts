import path from 'node:path';
import type { ModuleDeployment } from '../../config/deployment.ts';
import type { LimitsConfig } from '../../config/worker-config.ts';
import type { Isolation } from '../../lifecycle/worker-snapshot.ts';
import { childEnvironment } from '../process/environment.ts';
import { readEnvFile } from '../env-file.ts';
import { WorkerError, type Run, type RunContext, type Worker } from '../worker.ts';
import { checkModule } from './check-module.ts';
import type { HostAnswers } from './host-protocol.ts';
import { isProgram } from './is-program.ts';
import { threadTraffic } from './thread-traffic.ts';
import { ModuleRun, type RunThread } from './module-run.ts';

export interface ModuleWorkerOptions {
  readonly id: string;
  readonly deployment: ModuleDeployment;
  readonly masterKey: string;
  readonly limits?: LimitsConfig;
  /** Unique in the master's life, for one start. */
  nextRun(): number;
  started(): void;
  /** The thread for one start: a fresh one, or the shared one. */
  place(run: number, environment: Readonly<Record<string, string>>): RunThread;
}

/** How long a cancelled start may take to clean up, in ms. */
const cancelGraceMs = 500;

/** A worker whose code runs in a thread of the master's process: with others, alone, or as a program. */
export class ModuleWorker implements Worker {
  readonly isolation: Isolation;
  readonly #options: ModuleWorkerOptions;

  constructor(options: ModuleWorkerOptions) {
    this.#options = options;
    this.isolation = options.deployment.isolation;
  }

  prepare(): Promise<void> {
    return checkModule(this.#options.id, this.#options.deployment);
  }

  start(context: RunContext): Promise<Run> {
    return this.launch(context, { loadOnly: false });
  }

  /** A start; with `loadOnly` it ends with the call of the factory. */
  async launch(context: RunContext, { loadOnly }: { readonly loadOnly: boolean }): Promise<ModuleRun> {
    context.signal.throwIfAborted();
    const { id, deployment, masterKey, limits, nextRun, place, started: tellStarted } = this.#options;
    const number = nextRun();
    const { path: file, entryPoint, folder, config } = deployment;
    const port = context.port === undefined ? {} : { port: context.port };
    const added = { ...(await readEnvFile(id, deployment.envFile)), ...deployment.environment };
    const environment = childEnvironment({}, added, { id, masterKey, run: context.number, ...port });
    await threadTraffic.clear();
    const thread = place(number, environment);
    if (thread.host !== undefined) context.placed?.(thread.host);
    const run = new ModuleRun({ id, number, deployment, masterKey, ...(limits ? { limits } : {}) }, thread, context);
    const started = thread.thread.call<'start'>({
      kind: 'start',
      start: {
        run: number,
        id,
        path: path.resolve(file),
        folder: path.resolve(folder),
        config,
        environment,
        waitForDebugger: context.awaitDebugger !== undefined,
        loadOnly,
        beside: context.beside === true && !thread.own,
        ...(limits?.maxRssBytes === undefined ? {} : { memoryBytes: limits.maxRssBytes }),
        ...(entryPoint === undefined ? {} : { entryPoint }),
      },
    });
    const ended = run.over.then((end): HostAnswers['start'] => {
      if (end.how === 'failure') throw new WorkerError(end.failure);
      // A program has begun when its thread runs, as a process has: it may have done its work before it could answer.
      if (isProgram(deployment)) return {};
      throw new WorkerError({ code: 'exited', message: `${id} ended before its start was done.` });
    });
    try {
      // An end that the thread died of explains more than the answer that therefore never came.
      const answer = await Promise.race([started.catch(() => ended), ended, aborted(context.signal)]);
      if (answer.failure) throw new WorkerError(answer.failure);
      run.markLoaded(answer.metadata, answer.restricted ?? false);
      if (!loadOnly) run.markUp();
      tellStarted();
      return run;
    } catch (error) {
      await run.stop(cancelGraceMs);
      throw error;
    }
  }

  /** A module dies with its master: there is nothing to take over. */
  adopt(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => {
      reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}
