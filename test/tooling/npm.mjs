import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * The script that is npm, to be run by Node itself: `npm` as a command is a shell script, and on Windows needs a shell.
 * @returns {string}
 * @throws {Error} where Node was installed without npm
 */
export function npmScript() {
  const beside = path.dirname(process.execPath);
  const candidates = [
    process.env['npm_execpath'] ?? '',
    path.join(beside, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    path.join(beside, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    path.join(beside, '..', 'share', 'nodejs', 'npm', 'bin', 'npm-cli.js'),
  ];
  const found = candidates.find((file) => path.basename(file) === 'npm-cli.js' && existsSync(file));
  if (found === undefined) {
    throw new Error(`npm was not found beside ${process.execPath}: install Node.js together with npm (nodejs.org)`);
  }
  return found;
}
