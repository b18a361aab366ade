import { parseDuration } from './duration.ts';
import { field, mapping, number, oneOf, present, text, texts } from './values.ts';
import type { HealthCheckConfig } from './worker-config.ts';

const kinds = ['http', 'grpc', 'tcp', 'exec', 'process'] as const;

/** Reads both spellings: the short one (`endpoint`, `interval`) and the one with a block per kind and `run_options`. */
export function readHealthCheck(check: unknown, options?: unknown): HealthCheckConfig | undefined {
  if (!mapping(check)) return options === undefined ? undefined : integrated(options);
  const run = field(check, 'run_options') ?? options;
  const time = (key: string) => positive(field(check, key)) ?? positive(field(run, key));
  const http = field(check, 'http');
  const grpc = field(check, 'grpc');
  const tcp = field(check, 'tcp');
  const exec = field(check, 'exec');
  const endpoint = text(field(check, 'endpoint')) ?? text(field(check, 'http_endpoint')) ?? text(field(http, 'url'));
  const type =
    oneOf(field(check, 'type'), kinds) ??
    (endpoint !== undefined ? 'http' : (kinds.find((kind) => mapping(field(check, kind))) ?? 'process'));
  const headers = mapping(field(http, 'headers'));
  const tcpHost = text(field(tcp, 'address'));
  const tcpPort = number(field(tcp, 'port'));
  const intervalMs = time('interval') ?? 30_000;
  return present({
    type,
    endpoint: type === 'http' ? endpoint : undefined,
    method: text(field(http, 'method')),
    headers: headers && Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, text(value) ?? ''])),
    service: text(field(grpc, 'service')),
    address:
      type === 'grpc' ? text(field(grpc, 'address')) : tcpPort === undefined ? undefined : join(tcpHost, tcpPort),
    command: text(field(exec, 'command')),
    args: texts(field(exec, 'args')),
    intervalMs,
    timeoutMs: time('timeout') ?? Math.min(5_000, intervalMs),
    initialDelayMs: time('initial_delay') ?? 0,
    failureThreshold:
      atLeastOne(field(check, 'failure_threshold') ?? field(check, 'retries') ?? field(run, 'retries')) ?? 2,
    successThreshold: atLeastOne(field(check, 'success_threshold')) ?? 1,
  });
}

/** The check of an integrated unit that writes none: gRPC on the port the master handed out. */
function integrated(options: unknown): HealthCheckConfig | undefined {
  return readHealthCheck({ type: 'grpc' }, options);
}

function join(host: string | undefined, port: number): string {
  const name = host === undefined || host === '' ? '127.0.0.1' : host;
  return name.includes(':') && !name.startsWith('[') ? `[${name}]:${port}` : `${name}:${port}`;
}

function positive(value: unknown): number | undefined {
  const milliseconds = parseDuration(text(value) ?? '');
  return milliseconds !== undefined && milliseconds > 0 ? milliseconds : undefined;
}

function atLeastOne(value: unknown): number | undefined {
  const count = number(value);
  return count !== undefined && count >= 1 ? Math.trunc(count) : undefined;
}
