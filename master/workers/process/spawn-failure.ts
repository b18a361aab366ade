import type { WorkerFailure } from '../../lifecycle/worker-snapshot.ts';
import { shortageOf, systemCode } from '../shortage.ts';

/** Why the system refused to start a program, as a failure of the worker. */
export function explainSpawn(worker: string, file: string, error: unknown): WorkerFailure {
  const cannot = `${worker} cannot start: `;
  switch (systemCode(error)) {
    case 'ENOENT':
      return {
        code: 'executable-not-found',
        message: `${cannot}${file} does not exist, or the interpreter its first line names does not`,
      };
    case 'EACCES':
    case 'EPERM':
      return { code: 'executable-not-runnable', message: `${cannot}this user may not run ${file}` };
    case 'ENOEXEC':
      return {
        code: 'executable-not-runnable',
        message: `${cannot}${file} is no program for this machine: it was built for another one, or lacks a "#!" line`,
      };
    case 'E2BIG':
      return { code: 'configuration', message: `${cannot}its arguments and environment are too long for this system` };
    default: {
      const shortage = shortageOf(error);
      if (shortage !== undefined) return { code: 'resource-limit', message: `${cannot}${shortage}` };
      return { code: 'internal', message: `${cannot}${error instanceof Error ? error.message : String(error)}` };
    }
  }
}
