import type { ResolvedWorker } from '../config/deployment.ts';
import { ModuleRuntime } from './module/module-runtime.ts';
import { createProcessWorker } from './process/process-worker.ts';
import { WorkerError, type Worker } from './worker.ts';

export interface WorkerFactory {
  create(resolved: ResolvedWorker): Worker;
  dispose(): Promise<void>;
}

/** The only place that looks at where a worker runs. */
export function createWorkerFactory({ masterKey }: { readonly masterKey: string }): WorkerFactory {
  const modules = new ModuleRuntime();
  return {
    create({ config: { id }, deployment }) {
      switch (deployment.kind) {
        case 'process':
          return createProcessWorker({ id, deployment, masterKey });
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
