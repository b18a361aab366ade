import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface RunningProgram {
  readonly pid: number;
  /** Everything it has printed so far, both streams. */
  output(): string;
  /** The first line, already printed or still to come, that matches. Rejects when the program ends without it. */
  line(pattern: RegExp): Promise<RegExpMatchArray>;
  /** Sends a signal to the program alone. */
  signal(signal: NodeJS.Signals): void;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** Starts a script under this Node and reads what it prints. */
export function runProgram(
  script: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): RunningProgram {
  const child = spawn(process.execPath, [script, ...args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const listeners = new Set<(line: string) => void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (line) => {
      lines.push(line);
      for (const listener of listeners) listener(line);
    });
  }
  const ended = once(child, 'close').then(([code, signal]: unknown[]) => (signal ?? code) as number | NodeJS.Signals);
  const output = () => lines.join('\n');
  return {
    pid: child.pid ?? 0,
    output,
    ended,
    signal: (signal) => child.kill(signal),
    line: async (pattern) => {
      const found = new Promise<RegExpMatchArray>((resolve) => {
        const look = (line: string) => {
          const match = pattern.exec(line);
          if (match !== null) resolve(match);
        };
        lines.forEach(look);
        listeners.add(look);
      });
      const gone = ended.then((end) => {
        throw new Error(`the program ended (${end}) without a line like ${pattern}; it printed:\n${output()}`);
      });
      return Promise.race([found, gone]);
    },
  };
}
