import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { findController } from '../../master/workers/process/limits/controllers.ts';

/** Whether this user may make cgroups here, by trying as any user would. */
export function mayGroup(controller: 'memory' | 'cpu' | 'io'): boolean {
  const place = findController(controller);
  if (typeof place === 'string') return false;
  const folder = path.join(place.folder, `hsu-test-${process.pid}`);
  try {
    execFileSync('mkdir', [folder], { stdio: 'ignore' });
    execFileSync('rmdir', [folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
