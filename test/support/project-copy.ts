import { cpSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const notCloned = new Set(['.git', '.cache', 'dist', 'node_modules']);

/**
 * The project as a clone has it, with the dependencies of this one. What builds or starts it there leaves the bundles alone
 * that the running tests are made of.
 */
export function copyProject(): string {
  const copy = mkdtempSync(path.join(tmpdir(), 'hsu-project-'));
  for (const name of readdirSync(ROOT_FOLDER)) {
    if (notCloned.has(name) || name.endsWith('.vsix')) continue;
    cpSync(path.join(ROOT_FOLDER, name), path.join(copy, name), { recursive: true, preserveTimestamps: true });
  }
  symlinkSync(path.join(ROOT_FOLDER, 'node_modules'), path.join(copy, 'node_modules'), 'junction');
  return copy;
}
