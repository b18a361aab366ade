import { execFileSync } from 'node:child_process';
import { installFromDebian } from '../editor-host/debian.ts';
import { onPath } from '../editor-host/on-path.ts';

const wayOut = 'install it with pip, and gdb where this is Linux, or run as root on Debian, where it is installed then';

/**
 * A Python that has debugpy, which goes into a running process by the help of gdb. Debian's are installed when root.
 * @throws {Error} saying what to install
 */
export async function pythonWithDebugpy(): Promise<string> {
  const found = findPython();
  if (found !== undefined && hasHelper()) return found;
  const missing = 'the test with a Python debugger needs debugpy';
  const report = (line: string) => console.log(line);
  await installFromDebian(['python3-debugpy', 'gdb'], { missing, wayOut, report });
  const installed = findPython();
  if (installed === undefined) throw new Error(`apt-get installed python3-debugpy, yet no Python has it: ${wayOut}`);
  return installed;
}

/** The first on the PATH may be one of several. */
function findPython(): string | undefined {
  for (const python of ['python3', '/usr/bin/python3', 'python']) {
    try {
      const args = ['-c', 'import debugpy, sys; print(sys.executable)'];
      return execFileSync(python, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    } catch {
      // This one has none.
    }
  }
  return undefined;
}

function hasHelper(): boolean {
  return process.platform !== 'linux' || onPath('gdb') !== undefined;
}
