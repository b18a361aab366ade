import path from 'node:path';
import type { ModuleDeployment } from '../../config/deployment.ts';
import { hostFlags } from './host-flags.ts';
import { isProgram } from './is-program.ts';
import { permissionFlags } from './permission-flags.ts';

/** How a module is run in an operating system's process of its own: the same loader and contract, SIGTERM stops it. */
export function moduleProcessCommand(
  hosted: ModuleDeployment,
  reports?: string,
): {
  readonly executable: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
} {
  const file = path.resolve(hosted.path);
  // A file without a factory is a program already: Node runs it as it is.
  const args = isProgram(hosted)
    ? [file, ...hosted.args]
    : [
        path.join(DIST_FOLDER, 'module-process.js'),
        file,
        ...(hosted.entryPoint === undefined ? [] : ['--entry-point', hosted.entryPoint]),
        '--config',
        JSON.stringify(hosted.config),
        '--folder',
        path.resolve(hosted.folder),
      ];
  return {
    executable: process.execPath,
    args: [...hostFlags, ...permissionFlags(hosted, reports), ...args],
    environment: { ...hosted.environment, ELECTRON_RUN_AS_NODE: '1' },
  };
}
