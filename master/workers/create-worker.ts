import type { CallDirectory } from '../calls/directory.ts';
import type { ModuleHostSettings, ResolvedWorker } from '../config/deployment.ts';
import { createHostedWorker } from './module/hosted-worker.ts';
import { ModuleRuntime } from './module/module-runtime.ts';
import { RegisteredModuleWorker, type RegisteredFactory } from './module/registered-module.ts';
import { configuredEndpoints } from './process/endpoints.ts';
import { inheritedEnvironment } from './process/environment.ts';
import { sweepCgroups } from './process/limits/cgroup.ts';
import { cgroupPrefix } from './process/limits/hold-limits.ts';
import { createProcessWorker } from './process/process-worker.ts';
import { createUnmanagedWorker } from './process/unmanaged-worker.ts';
import { WorkerError, type Worker } from './worker.ts';

export interface WorkerFactory {
  create(resolved: ResolvedWorker): Worker;
  /** Puts what the file says of the thread of shared modules in force, from now on. */
  configureModuleHost(settings: ModuleHostSettings): void;
  /** False when a module's thread cannot be ended: then the process cannot end by itself either. */
  dispose(): Promise<boolean>;
}

export interface WorkerFactoryOptions {
  readonly masterKey: string;
  /** Where processes say that they are ready: private to this user, and there already. */
  readonly notifyFolder: string;
  /** Modules compiled into the program that embeds the master, by name. */
  readonly factories?: ReadonlyMap<string, RegisteredFactory>;
  /** Lets workers call each other. */
  readonly calls?: { readonly directory: CallDirectory; readonly masterFolder: string };
}

/** The only place that looks at where a worker runs. */
export function createWorkerFactory(options: WorkerFactoryOptions): WorkerFactory {
  const { masterKey, notifyFolder, calls, factories = new Map<string, RegisteredFactory>() } = options;
  const modules = new ModuleRuntime({ masterKey, calls: calls?.directory });
  const inherited = inheritedEnvironment(process.env);
  // What a former master left of workers that are no more.
  let isSwept = false;
  return {
    create({ config, deployment }) {
      const { id } = config;
      const endpoints = configuredEndpoints(config);
      switch (deployment.kind) {
        case 'process': {
          if (config.limits && !isSwept) sweepCgroups(cgroupPrefix(masterKey));
          isSwept ||= config.limits !== undefined;
          const isIntegrated = config.management === 'integrated';
          const options = {
            id,
            deployment,
            masterKey,
            endpoints,
            isIntegrated,
            inherited,
            makeExecutable: config.olderForm === true,
            ...(config.ready?.notify === true ? { notifyFolder } : {}),
            ...(config.stop ? { stop: config.stop } : {}),
            ...(calls
              ? {
                  calls: {
                    masterFolder: calls.masterFolder,
                    registered: (run: number) => calls.directory.registered(id, run),
                  },
                }
              : {}),
          };
          return deployment.hosted
            ? createHostedWorker({ ...options, reportsFolder: notifyFolder }, deployment.hosted)
            : createProcessWorker(options);
        }
        case 'module':
          return deployment.registeredName === undefined
            ? modules.createWorker({ id, deployment, ...(config.limits ? { limits: config.limits } : {}) })
            : new RegisteredModuleWorker({ id, deployment, masterKey, factories, calls: calls?.directory });
        case 'unmanaged':
          if (config.discovery) {
            const command = { workingDirectory: deployment.workingDirectory, environment: inherited };
            const stop = config.stop ? { stop: config.stop, command } : {};
            return createUnmanagedWorker({ id, discovery: config.discovery, endpoints, ...stop });
          }
          throw new WorkerError({
            code: 'configuration',
            message: `${id} is unmanaged and says not how it is found: write "discovery".`,
          });
      }
    },
    configureModuleHost: (settings) => modules.configureHost(settings),
    dispose: () => modules.dispose(),
  };
}
