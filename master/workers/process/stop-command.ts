import type { StopConfig } from '../../config/worker-config.ts';
import { loadPart } from '../../load-part.ts';

export interface StopCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** The command of `stop`, with what it is told of the run; undefined where the worker is asked by a signal. */
export function stopCommandOf(
  stop: StopConfig | undefined,
  run: Pick<StopCommand, 'workingDirectory' | 'environment'> & {
    readonly pid: number;
    readonly port: number | undefined;
  },
): StopCommand | undefined {
  if (stop?.command === undefined) return undefined;
  const filled = (text: string) =>
    text
      .replaceAll('{pid}', String(run.pid))
      .replaceAll('{port}', run.port === undefined ? '{port}' : String(run.port));
  return {
    command: filled(stop.command),
    args: (stop.args ?? []).map(filled),
    workingDirectory: run.workingDirectory,
    environment: { ...run.environment, HSU_PID: String(run.pid) },
  };
}

/** Runs it, for at most `limitMs`; resolves to why it did not ask, as a sentence's end, or null when it did. */
export async function runStopCommand(
  { command, args, workingDirectory, environment }: StopCommand,
  limitMs: number,
): Promise<string | null> {
  const result = await loadPart('execa').execa(command, args, {
    reject: false,
    stdin: 'ignore',
    cwd: workingDirectory,
    env: environment,
    timeout: Math.max(1, limitMs),
    forceKillAfterDelay: 500,
    // What the worker's tree holds open is none of the command's business.
    detached: false,
    buffer: { stdout: false, stderr: true },
    maxBuffer: 64 * 1024,
  });
  if (result.exitCode === 0) return null;
  if (result.timedOut) return `did not end within the grace time`;
  if (result.exitCode === undefined) return `could not be run (${result.shortMessage ?? command})`;
  const words = (result.stderr ?? '').trim().split('\n').at(-1) ?? '';
  return `exited with code ${result.exitCode}${words === '' ? '' : ` (${words})`}`;
}
