import { connect } from 'node:net';
import type { HealthCheckConfig } from '../config/worker-config.ts';
import type { HealthTarget, Probe } from './probe.ts';

/** Well is a connection that opens, to the check's own address or the worker's. */
export function tcpProbe(check: HealthCheckConfig, target: HealthTarget): Probe {
  return (signal) => {
    const address = hostAndPort(check.address) ?? hostAndPort(target.address());
    if (!address) return Promise.resolve('listens on no address that is known yet');
    return new Promise((resolve) => {
      const socket = connect({ ...address, signal });
      socket.once('connect', () => {
        socket.destroy();
        resolve(null);
      });
      socket.once('error', (error) => {
        const code = 'code' in error ? String(error.code) : error.message;
        resolve(`accepts no connection at ${address.host}:${address.port}: ${code}`);
      });
    });
  };
}

/** "host:port", "[::1]:port", ":port" or a URL. */
export function hostAndPort(text: string | undefined): { host: string; port: number } | undefined {
  if (text === undefined) return undefined;
  const [, host = '', port] = /^(?:[a-z]+:\/\/)?(\[[^\]]*\]|[^:/]*):(\d+)(?:\/.*)?$/i.exec(text) ?? [];
  if (port === undefined) return undefined;
  return { host: host.replace(/^\[|\]$/g, '') || '127.0.0.1', port: Number(port) };
}
