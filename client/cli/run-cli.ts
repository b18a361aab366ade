import { execFile } from 'node:child_process';
import path from 'node:path';

/** How the `hsu` that comes with the extension is started: by the extension host's own Node. */
export function cliCommand(words: readonly string[]): {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
} {
  return {
    program: process.execPath,
    args: [path.join(DIST_FOLDER, 'cli.js'), ...words],
    env: { ELECTRON_RUN_AS_NODE: '1' },
  };
}

/** Runs one `hsu` command in a folder; resolves to what it printed. Rejects with its own sentence where it fails. */
export function runCli(folder: string, words: readonly string[]): Promise<string> {
  const { program, args, env } = cliCommand(words);
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd: folder, env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      if (error) reject(new Error(stderr.trim() || error.message));
      else resolve(stdout);
    });
  });
}
