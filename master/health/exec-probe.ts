import type { HealthCheckConfig } from '../config/worker-config.ts';
import type { HealthTarget, Probe } from './probe.ts';
import { loadPart } from '../load-part.ts';

/** Well is exit code 0. No shell: the command is a program and its arguments. */
export function execProbe(check: HealthCheckConfig, target: HealthTarget): Probe {
  const command = check.command ?? '';
  return async (signal) => {
    const result = await loadPart('execa').execa(command, check.args ?? [], {
      reject: false,
      stdin: 'ignore',
      cancelSignal: signal,
      forceKillAfterDelay: 500,
      maxBuffer: 64 * 1024,
      ...(target.workingDirectory === undefined ? {} : { cwd: target.workingDirectory }),
      ...(target.environment === undefined ? {} : { env: target.environment }),
    });
    if (result.exitCode === 0) return null;
    if (result.isMaxBuffer) return null;
    if (result.exitCode === undefined) return `could not be asked: ${result.shortMessage ?? command}`;
    const words = `${result.stderr}\n${result.stdout}`.trim().split('\n').at(-1) ?? '';
    return `is not well: ${command} exited with code ${result.exitCode}${words === '' ? '' : ` (${words})`}`;
  };
}
