import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { npmScript } from './npm.mjs';

/**
 * Installs what package-lock.json lists, unless it is there already. Imports no package, so it runs on a fresh clone.
 * @param {string} root
 * @throws {Error} where Node is too old, or npm failed
 */
export function installDependencies(root) {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Error(`Node ${process.versions.node} is too old: install Node 20.19 or newer (nodejs.org)`);
  }
  const wanted = path.join(root, 'package-lock.json');
  const installed = path.join(root, 'node_modules', '.package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(wanted).mtimeMs) return;
  console.log('installing dependencies');
  const { status } = spawnSync(process.execPath, [npmScript(), 'ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('npm ci failed: its lines above say why; then try again');
}
