import type { ResolvedWorker } from '../config/deployment.ts';
import { moduleProcessCommand } from './module/module-process-command.ts';
import { ModuleRuntime } from './module/module-runtime.ts';
import { createProcessWorker } from './process/process-worker.ts';
import { WorkerError, type Worker } from './worker.ts';

export interface WorkerFactory {
  create(resolved: ResolvedWorker): Worker;
  dispose(): Promise<void>;
}

/** The only place that looks at where a worker runs. */
export function createWorkerFactory({ masterKey }: { readonly masterKey: string }): WorkerFactory {
  const modules = new ModuleRuntime({ masterKey });
  return {
    create({ config: { id }, deployment }) {
      switch (deployment.kind) {
        case 'process': {
          const command = deployment.hosted
            ? { ...deployment, ...moduleProcessCommand(deployment.hosted) }
            : deployment;
          return createProcessWorker({ id, deployment: command, masterKey });
        }
        case 'module':
          return modules.createWorker({ id, deployment });
        case 'unmanaged':
          throw new WorkerError({
            code: 'configuration',
            message: `${id} is unmanaged, which this master cannot observe yet: make it "managed".`,
          });
      }
    },
    dispose: () => modules.dispose(),
  };
}
