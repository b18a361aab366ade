import net from 'node:net';
import type { Endpoint } from '../../../lifecycle/worker-snapshot.ts';

/** The endpoint a server offers where it listens now; undefined when it does not. */
export function describeListener(server: net.Server): Endpoint | undefined {
  const address = server.address();
  if (address === null) return undefined;
  if (typeof address === 'string') return { name: address, type: 'ipc', address, origin: 'discovered' };
  const host = dialable(address.address);
  return {
    name: `port-${address.port}`,
    type: 'url',
    address: `${schemeOf(server)}://${host}:${address.port}`,
    origin: 'discovered',
  };
}

/** Node's HTTP is big: it is looked at only where the server may be of it, and then it is loaded already. */
function schemeOf(server: net.Server): 'http' | 'https' | 'tcp' {
  if (Object.getPrototypeOf(server) === net.Server.prototype) return 'tcp';
  if (server instanceof process.getBuiltinModule('node:http').Server) return 'http';
  return server instanceof process.getBuiltinModule('node:https').Server ? 'https' : 'tcp';
}

/** A caller cannot dial "every address"; this machine's loopback is part of it. */
function dialable(address: string): string {
  if (address === '::' || address === '0.0.0.0') return '127.0.0.1';
  return address.includes(':') ? `[${address}]` : address;
}
