import http from 'node:http';
import https from 'node:https';
import type net from 'node:net';
import type { Endpoint } from '../../../lifecycle/worker-snapshot.ts';

/** The endpoint a server offers where it listens now; undefined when it does not. */
export function describeListener(server: net.Server): Endpoint | undefined {
  const address = server.address();
  if (address === null) return undefined;
  if (typeof address === 'string') return { name: address, type: 'ipc', address, origin: 'discovered' };
  const scheme = server instanceof https.Server ? 'https' : server instanceof http.Server ? 'http' : 'tcp';
  const host = dialable(address.address);
  return {
    name: `port-${address.port}`,
    type: 'url',
    address: `${scheme}://${host}:${address.port}`,
    origin: 'discovered',
  };
}

/** A caller cannot dial "every address"; this machine's loopback is part of it. */
function dialable(address: string): string {
  if (address === '::' || address === '0.0.0.0') return '127.0.0.1';
  return address.includes(':') ? `[${address}]` : address;
}
