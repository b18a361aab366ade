import { constants } from 'node:fs';
import { access, chmod, stat } from 'node:fs/promises';
import path from 'node:path';
import type { WorkerFailure } from '../../lifecycle/worker-snapshot.ts';
import { WorkerError } from '../worker.ts';
import type { ProcessDeployment } from '../../config/deployment.ts';

/** What is really spawned. `runsNode`: its environment must ask an Electron binary to be a plain Node. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly runsNode: boolean;
}

/**
 * Checks that the program and its folder are there and may be used; with `makeExecutable` it is allowed to run if need
 * be. Rejects with a WorkerError that says what is not.
 */
export async function checkExecutable(
  worker: string,
  deployment: ProcessDeployment,
  makeExecutable = false,
): Promise<void> {
  const { executable, workingDirectory } = deployment;
  if (executable === undefined) {
    throw failure('configuration', `${worker} has no program to run: set execution.executable_path`);
  }
  const folder = await stat(workingDirectory).catch(() => undefined);
  if (!folder?.isDirectory()) {
    const fault = folder ? 'is not a folder' : 'does not exist';
    throw failure(
      'configuration',
      `${worker} cannot start: its working directory ${workingDirectory} ${fault}. Create it, or correct working_directory.`,
    );
  }
  const file = await stat(executable).catch(() => undefined);
  if (!file) {
    throw failure(
      'executable-not-found',
      `${worker} cannot start: ${executable} does not exist. Build or install it, or correct executable_path.`,
    );
  }
  if (!file.isFile()) {
    throw failure(
      'executable-not-runnable',
      `${worker} cannot start: ${executable} is not a file. Correct executable_path.`,
    );
  }
  const needed = isScript(executable) ? constants.R_OK : constants.X_OK;
  const mayRun = (await permits(executable, needed)) || (makeExecutable && (await allowToRun(executable, file.mode)));
  if (!mayRun) {
    const remedy = needed === constants.X_OK ? `chmod +x ${executable}` : `chmod u+r ${executable}`;
    throw failure(
      'executable-not-runnable',
      `${worker} cannot start: this user may not run ${executable}. Allow it with "${remedy}".`,
    );
  }
}

/** A Node script that is no program of its own runs with the Node that runs the master. */
export async function commandOf(deployment: ProcessDeployment): Promise<Command> {
  const executable = deployment.executable ?? '';
  const isProgram =
    !isScript(executable) || (process.platform !== 'win32' && (await permits(executable, constants.X_OK)));
  if (isProgram) return { file: executable, args: deployment.args, runsNode: false };
  return { file: process.execPath, args: [executable, ...deployment.args], runsNode: true };
}

/** What may have to be run by Node. */
export function isScript(file: string): boolean {
  return ['.js', '.mjs', '.cjs'].includes(path.extname(file).toLowerCase());
}

async function permits(file: string, mode: number): Promise<boolean> {
  return access(file, mode).then(
    () => true,
    () => false,
  );
}

/** Lets everybody who may read the file run it; false where that is refused. */
async function allowToRun(file: string, mode: number): Promise<boolean> {
  await chmod(file, (mode & 0o7777) | ((mode & 0o444) >> 2)).catch(() => undefined);
  return permits(file, constants.X_OK);
}

function failure(code: WorkerFailure['code'], message: string): WorkerError {
  return new WorkerError({ code, message });
}
