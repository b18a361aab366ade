import { createHash } from 'node:crypto';
import path from 'node:path';
import type { ModuleDeployment } from '../../config/deployment.ts';
import { createProcessWorker, type ProcessWorkerOptions } from '../process/process-worker.ts';
import { WorkerError, type Run, type RunContext, type Worker } from '../worker.ts';
import { checkModule } from './check-module.ts';
import { HostedRun } from './hosted-run.ts';
import { tellsOfItself } from './is-program.ts';
import { moduleProcessCommand } from './module-process-command.ts';
import { reportFolderVariable } from './module-report.ts';
import { ReportReader } from './report-reader.ts';

/** A module in a process of its own, behind the small module host: seen from here it is as in a thread. */
export function createHostedWorker(
  options: ProcessWorkerOptions & { readonly reportsFolder: string },
  hosted: ModuleDeployment,
): Worker {
  const { id } = options;
  // A short name whatever the id; each run has a folder of its own in it.
  const reports = path.join(
    options.reportsFolder,
    createHash('sha256').update(`module ${id}`).digest('hex').slice(0, 16),
  );
  const command = moduleProcessCommand(hosted, reports);
  const worker = createProcessWorker({
    ...options,
    deployment: {
      ...options.deployment,
      ...command,
      environment: { ...command.environment, [reportFolderVariable]: reports },
    },
    // What native code does, no permission of Node's model keeps it from.
    ...(hosted.permissions
      ? { enforcement: { permissions: hosted.isolation === 'native' ? 'not enforced' : 'enforced' } }
      : {}),
  });
  const checked = {
    ...worker,
    async prepare() {
      await checkModule(id, hosted);
      await worker.prepare();
    },
  };
  if (!tellsOfItself(hosted)) return checked;
  const readerOf = (run: number, isResumed: boolean, context: RunContext) =>
    new ReportReader(path.join(reports, String(run)), isResumed, context.changed);
  return {
    ...checked,
    async start(context) {
      const report = readerOf(context.number, false, context);
      const run = await worker.start(context).catch((error: unknown) => {
        report.close();
        throw error;
      });
      return untilUp(id, new HostedRun(run, report), context);
    },
    async adopt(saved, context) {
      const run = await worker.adopt(saved, context);
      return run && untilUp(id, new HostedRun(run, readerOf(saved.number, true, context)), context);
    },
  };
}

/** A module is up when its `start()` is done; one that fails before is ended. */
async function untilUp(id: string, run: HostedRun, { signal }: RunContext): Promise<Run> {
  const ended = run.over.then((end): never => {
    if (end.how === 'failure') throw new WorkerError(end.failure);
    const message = `${id} ended itself with code ${end.code ?? 0} before its start was done.`;
    throw new WorkerError({ code: 'exited', message });
  });
  try {
    await Promise.race([run.isUp(signal), ended]);
    return run;
  } catch (error) {
    await run.stop(0);
    throw error;
  }
}
