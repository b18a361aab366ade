import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * The script that is npm, to be run by Node itself: `npm` as a command is a shell script, and on Windows needs a shell.
 * @returns {string}
 * @throws {Error} where Node was installed without npm
 */
export function npmScript() {
  // A Node that was itself installed by npm has none beside it; the one on the path serves any Node.
  const folders = [path.dirname(process.execPath), ...(process.env['PATH'] ?? '').split(path.delimiter)];
  const candidates = folders.flatMap((beside) => [
    path.join(beside, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    path.join(beside, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    path.join(beside, '..', 'share', 'nodejs', 'npm', 'bin', 'npm-cli.js'),
  ]);
  const found = [process.env['npm_execpath'] ?? '', ...candidates].find(
    (file) => path.basename(file) === 'npm-cli.js' && existsSync(file),
  );
  if (found === undefined) {
    const places = `beside ${process.execPath} or on the PATH`;
    throw new Error(`npm was not found ${places}: install Node.js together with npm (nodejs.org)`);
  }
  return found;
}
