import { existsSync } from 'node:fs';
import path from 'node:path';
import { onPath } from './on-path.ts';

/** Desktop VS Code's command, in a form that starts without a shell. */
export function desktopOnPath(): string | undefined {
  const command = onPath('code');
  if (command === undefined || process.platform !== 'win32') return command;
  // On Windows the command is a batch file in a folder beside the program.
  const program = path.join(path.dirname(command), '..', 'Code.exe');
  return existsSync(program) ? program : undefined;
}
