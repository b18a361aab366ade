import type { HealthCheckConfig } from '../config/worker-config.ts';
import { openConnection } from './open-connection.ts';
import type { HealthTarget, Probe } from './probe.ts';

/** Well is a connection that opens, to the check's own address or the worker's. */
export function tcpProbe(check: HealthCheckConfig, target: HealthTarget): Probe {
  return async (signal) => {
    const address = hostAndPort(check.address) ?? hostAndPort(target.address());
    if (!address) return 'listens on no address that is known yet';
    const refusal = await openConnection({ ...address, signal });
    return refusal === null ? null : `accepts no connection at ${address.host}:${address.port}: ${refusal}`;
  };
}

/** "host:port", "[::1]:port", ":port" or a URL. */
export function hostAndPort(text: string | undefined): { host: string; port: number } | undefined {
  if (text === undefined) return undefined;
  const [, host = '', port] = /^(?:[a-z]+:\/\/)?(\[[^\]]*\]|[^:/]*):(\d+)(?:\/.*)?$/i.exec(text) ?? [];
  if (port === undefined) return undefined;
  return { host: host.replace(/^\[|\]$/g, '') || '127.0.0.1', port: Number(port) };
}
