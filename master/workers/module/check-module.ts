import { createHash } from 'node:crypto';
import { readFile, realpath, stat } from 'node:fs/promises';
import module from 'node:module';
import path from 'node:path';
import type { ModuleDeployment } from '../../config/deployment.ts';
import type { FailureCode } from '../../lifecycle/worker-snapshot.ts';
import { WorkerError } from '../worker.ts';
import { isTypeScript } from './host/typescript-paths.ts';
import { isProgram } from './is-program.ts';

/** Looks at a module's file before any of it is run. Rejects with a WorkerError. */
export async function checkModule(id: string, deployment: ModuleDeployment): Promise<void> {
  const { path: file, packaged, permissions } = deployment;
  const refused = (code: FailureCode, why: string) =>
    new WorkerError({ code, message: `${id} cannot be loaded: ${why}` });
  const found = await stat(file).catch(() => undefined);
  if (!found) {
    throw refused('module-not-found', `its module ${file} does not exist. Build it, or correct module_path.`);
  }
  if (!found.isFile()) throw refused('module-not-found', `its module ${file} is not a file. Correct module_path.`);
  if (packaged && !(await isInside(packaged.folder, file))) {
    throw refused('configuration', `${file} leads out of its package ${packaged.folder}. Correct the package.`);
  }
  if (packaged?.sha256 !== undefined) {
    const got = createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
    if (got !== packaged.sha256) {
      throw refused(
        'configuration',
        `${file} was changed: its sha256 is ${got}, but its package's manifest says ${packaged.sha256}. Install the package again, or correct "checksums".`,
      );
    }
  }
  if (permissions && isProgram(deployment) && isTypeScript(file) && !('registerHooks' in module)) {
    throw refused(
      'configuration',
      'a TypeScript program can be kept to its permissions from Node 22.15 on. Use that, give it an entry_point, or build it.',
    );
  }
}

/** Links followed: what lies in the folder may point anywhere. */
async function isInside(folder: string, file: string): Promise<boolean> {
  const relative = path.relative(await realpath(folder), await realpath(file));
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
