import { Client, credentials, status as statuses } from '@grpc/grpc-js';
import type { HealthCheckConfig } from '../config/worker-config.ts';
import type { HealthTarget, Probe } from './probe.ts';
import { hostAndPort, tcpProbe } from './tcp-probe.ts';

/** What a server says that does not speak of the health of this service. */
const unspoken: ReadonlySet<number> = new Set([statuses.UNIMPLEMENTED, statuses.NOT_FOUND, statuses.UNAVAILABLE]);

/** Well is SERVING, as grpc.health.v1 answers for the service, without TLS. The empty service means the whole server. */
export function grpcProbe(check: HealthCheckConfig, target: HealthTarget): Probe {
  return async (signal) => {
    const address = hostAndPort(check.address) ?? hostAndPort(target.address());
    if (!address) return 'listens on no address that is known yet';
    const host = address.host.includes(':') ? `[${address.host}]` : address.host;
    // A subchannel of its own, so that nothing of a probe outlives it.
    const options = { 'grpc.use_local_subchannel_pool': 1, 'grpc.enable_retries': 0 };
    const client = new Client(`${host}:${address.port}`, credentials.createInsecure(), options);
    const where = `${host}:${address.port}`;
    try {
      return await new Promise((resolve) => {
        const call = client.makeUnaryRequest(
          '/grpc.health.v1.Health/Check',
          encodeRequest,
          decodeStatus,
          check.service ?? '',
          (error, status) => {
            if (error && target.connectionSuffices && unspoken.has(error.code))
              resolve(tcpProbe(check, target)(signal));
            else if (error) resolve(`gave no health at ${where}: ${statuses[error.code]} (${error.details})`);
            else resolve(status === serving ? null : `says ${statusNames[status ?? 0] ?? String(status)} at ${where}`);
          },
        );
        signal.addEventListener('abort', () => call.cancel(), { once: true });
      });
    } finally {
      client.close();
    }
  };
}

const serving = 1;
const statusNames = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];

/** HealthCheckRequest: field 1, the service's name. */
function encodeRequest(service: string): Buffer {
  const name = Buffer.from(service);
  return name.length === 0 ? Buffer.alloc(0) : Buffer.concat([Buffer.from([0x0a, ...varint(name.length)]), name]);
}

/** HealthCheckResponse: field 1, the status; absent means 0. */
function decodeStatus(message: Buffer): number {
  return message[0] === 0x08 ? (message[1] ?? 0) : 0;
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}
