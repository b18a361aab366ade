import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ModuleDeployment } from '../../config/deployment.ts';

/** What Node is told so that it keeps a thread or process of its own to the module's permissions; none without any. */
export function permissionFlags(
  { permissions, folder }: Pick<ModuleDeployment, 'permissions' | 'folder'>,
  reports?: string,
): readonly string[] {
  if (!permissions) return [];
  const { fsRead, fsWrite, childProcess, addons } = permissions;
  const reads = [DIST_FOLDER, path.resolve(folder), ...installedPackages(path.resolve(folder)), ...fsRead];
  return [
    isOffered('--permission') ? '--permission' : '--experimental-permission',
    ...reads.map((read) => `--allow-fs-read=${read}`),
    ...(reports === undefined ? [] : [`--allow-fs-read=${reports}`, `--allow-fs-write=${reports}`]),
    ...fsWrite.map((write) => `--allow-fs-write=${write}`),
    ...(childProcess ? ['--allow-child-process'] : []),
    ...(addons ? ['--allow-addons'] : []),
  ];
}

function isOffered(flag: string): boolean {
  return process.allowedNodeEnvironmentFlags.has(flag);
}

/** Every node_modules that Node looks into for what the folder's files import. */
function installedPackages(folder: string): string[] {
  const parent = path.dirname(folder);
  const here = path.join(folder, 'node_modules');
  return [...(existsSync(here) ? [here] : []), ...(parent === folder ? [] : installedPackages(parent))];
}
