import type { ModuleDeployment } from './deployment.ts';
import { unitNames } from './item.ts';
import { mayBeLimited } from './rules/module-limits.ts';

/** Other spellings of keys and values: read, but not offered to anybody who writes a file now. */
export const otherSpellings: ReadonlySet<string> = new Set([
  'managed_processes',
  'process_manager',
  'management',
  'resources',
  'executable_path',
  'args',
  'module_type',
  'module_name',
  'config',
  'runtime',
  'modules',
  'global',
  'metadata',
]);

const ofProcess = new Set(['execution', 'limits', 'resources', 'executable_path', 'args', 'discovery', 'stop']);
const ofModule = new Set(['module', 'module_type', 'module_name', 'config']);
const ofUnits = new Set(['unit', 'management', 'profile_type']);

/** Whether a worker of this `type`, as a module with this isolation, has a use for a key. */
export function fitsType(key: string, type: string | undefined, isolation?: ModuleDeployment['isolation']): boolean {
  if (type === 'process') return !ofModule.has(key) && !ofUnits.has(key);
  if (type === 'module' && key === 'limits') return isolation !== undefined && mayBeLimited(isolation);
  if (type === 'module') return !ofProcess.has(key) && !ofUnits.has(key);
  if (type !== undefined && unitNames[type] !== undefined) {
    return ofUnits.has(key) || !(ofProcess.has(key) || ofModule.has(key) || key === 'package');
  }
  return !ofUnits.has(key);
}
