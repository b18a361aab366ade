import { parse } from 'yaml';
import type { ImportedService, ImportResult } from './imported-service.ts';
import { readCommand } from './read-command.ts';
import { environmentOf, isMapping, listOf, member, numberOf, textOf } from './values.ts';

const restarts: Readonly<Record<string, ImportedService['restart']>> = {
  always: 'always',
  on_failure: 'on-failure',
  exit_on_failure: 'never',
  no: 'never',
};

/** A file of process-compose: `processes:` by name. */
export function readProcessCompose(text: string): ImportResult {
  let content: unknown;
  try {
    content = parse(text);
  } catch (error) {
    return {
      refused: `it is no YAML: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`,
    };
  }
  const processes = member(content, 'processes');
  if (!isMapping(processes)) return { refused: 'it has no "processes"' };
  const everywhere = environmentOf(member(content, 'environment'));
  return {
    services: Object.entries(processes).flatMap(([name, process]) => serviceOf(name, process, everywhere) ?? []),
  };
}

function serviceOf(name: string, process: unknown, everywhere: Record<string, string> | undefined) {
  const of = (key: string) => textOf(member(process, key));
  const entrypoint = listOf(member(process, 'entrypoint')).flatMap((one) => textOf(one) ?? []);
  const [executable, ...args] = entrypoint;
  const command =
    executable === undefined ? readCommand(of('command') ?? '') : { program: { executable, args }, notes: [] };
  if (executable === undefined && of('command') === undefined) return undefined;
  const environment = {
    ...everywhere,
    ...environmentOf(member(process, 'environment')),
    ...('environment' in command ? command.environment : {}),
  };
  const dependsOn = member(process, 'depends_on');
  const restart = restarts[textOf(member(member(process, 'availability'), 'restart')) ?? ''];
  const probe = probeOf(member(process, 'readiness_probe') ?? member(process, 'liveness_probe'));
  const timeout = numberOf(member(member(process, 'shutdown'), 'timeout_seconds'));
  const workingDirectory = of('working_dir');
  const replicas = numberOf(member(process, 'replicas')) ?? 1;
  const waits = isMapping(dependsOn)
    ? Object.values(dependsOn).some((one) => textOf(member(one, 'condition'))?.startsWith('process_completed'))
    : false;
  const service: ImportedService = {
    name,
    program: command.program,
    ...(Object.keys(environment).length > 0 ? { environment } : {}),
    ...(workingDirectory && { workingDirectory }),
    ...(isMapping(dependsOn) && { dependsOn: Object.keys(dependsOn) }),
    ...(restart && { restart }),
    ...probe,
    ...(timeout === undefined ? {} : { gracefulTimeout: `${timeout}s` }),
    ...(member(process, 'disabled') === true ? { enabled: false } : {}),
    notes: [
      ...command.notes,
      ...(waits ? ['waits until what it depends on has ended: give that worker run: once'] : []),
      ...(replicas > 1 ? [`is one worker, where process-compose ran ${replicas} replicas`] : []),
      ...(member(process, 'is_daemon') === true
        ? ['left its process to itself (is_daemon): the master holds it instead']
        : []),
    ],
  };
  return service;
}

function probeOf(probe: unknown): Pick<ImportedService, 'port' | 'healthCheck'> {
  const seconds = (key: string) => numberOf(member(probe, key));
  const [interval, timeout, threshold] = [
    seconds('period_seconds'),
    seconds('timeout_seconds'),
    seconds('failure_threshold'),
  ];
  const options = {
    ...(interval === undefined ? {} : { interval: `${interval}s` }),
    // A check must take less time than lies between two of them.
    ...(timeout === undefined || (interval !== undefined && timeout >= interval) ? {} : { timeout: `${timeout}s` }),
    ...(threshold === undefined ? {} : { failure_threshold: threshold }),
  };
  const http = member(probe, 'http_get');
  if (isMapping(http)) {
    const port = numberOf(http['port']);
    const host = textOf(http['host']) ?? '127.0.0.1';
    const url = `${textOf(http['scheme']) ?? 'http'}://${host}${port === undefined ? '' : `:${port}`}${textOf(http['path']) ?? '/'}`;
    return { ...(port === undefined ? {} : { port }), healthCheck: { type: 'http', endpoint: url, ...options } };
  }
  const line = textOf(member(member(probe, 'exec'), 'command'));
  if (line === undefined) return {};
  const { executable, args } = readCommand(line).program;
  return { healthCheck: { type: 'exec', exec: { command: executable, args }, ...options } };
}
