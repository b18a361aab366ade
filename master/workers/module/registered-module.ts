import type { ModuleDeployment } from '../../config/deployment.ts';
import type { CallDirectory } from '../../calls/directory.ts';
import { childEnvironment } from '../process/environment.ts';
import { readEnvFile } from '../env-file.ts';
import { WorkerError, type Run, type RunContext, type Worker } from '../worker.ts';
import type { ModuleContext } from './contract.ts';
import { RegisteredRun } from './registered-run.ts';

/** A factory that is compiled in; what it returns is checked, as that of a file is. */
export type RegisteredFactory = (context: ModuleContext) => unknown;

export interface RegisteredModuleOptions {
  readonly id: string;
  readonly deployment: ModuleDeployment;
  readonly masterKey: string;
  /** By the names that `module_name` says. */
  readonly factories: ReadonlyMap<string, RegisteredFactory>;
  /** Lets workers call each other. */
  readonly calls?: CallDirectory | undefined;
}

/** A worker whose module is compiled into the program that embeds the master: it runs on that program's loop. */
export class RegisteredModuleWorker implements Worker {
  readonly isolation = 'shared';
  readonly #options: RegisteredModuleOptions;

  constructor(options: RegisteredModuleOptions) {
    this.#options = options;
  }

  prepare(): Promise<void> {
    try {
      this.#factory();
      return Promise.resolve();
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  async start(context: RunContext): Promise<Run> {
    context.signal.throwIfAborted();
    const { id, deployment, masterKey } = this.#options;
    const factory = this.#factory();
    const port = context.port === undefined ? {} : { port: context.port };
    const added = { ...(await readEnvFile(id, deployment.envFile)), ...deployment.environment };
    const environment = childEnvironment({}, added, { id, masterKey, run: context.number, ...port });
    const run = new RegisteredRun({ id, deployment, masterKey, environment, calls: this.#options.calls }, context);
    await run.begin(factory);
    return run;
  }

  /** A module dies with its master: there is nothing to take over. */
  adopt(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }

  #factory(): RegisteredFactory {
    const { id, deployment, factories } = this.#options;
    const name = deployment.registeredName ?? '';
    const factory = factories.get(name);
    if (factory) return factory;
    const known = [...factories.keys()].map((key) => `"${key}"`).join(', ');
    const message =
      `${id} names the module factory "${name}" (module_name), which nobody has registered` +
      (known === ''
        ? ': only a program that embeds the master and calls registerModuleFactory has such. Write module_path to run a file.'
        : `; registered are ${known}. Correct the name, or call registerModuleFactory("${name}", …) before.`);
    throw new WorkerError({ code: 'module-not-found', message });
  }
}
