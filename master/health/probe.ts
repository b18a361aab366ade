import type { HealthCheckConfig } from '../config/worker-config.ts';
import { loadPart } from '../load-part.ts';
import { execProbe } from './exec-probe.ts';
import { httpProbe } from './http-probe.ts';
import { tcpProbe } from './tcp-probe.ts';

/** Asks once. Resolves to null when the worker is well, else to what is wrong, as the end of a sentence; never rejects. */
export type Probe = (signal: AbortSignal) => Promise<string | null>;

/** What a check that names no address of its own is about. */
export interface HealthTarget {
  /** The worker's base URL ("http://127.0.0.1:8081"), asked at each probe; undefined while none is known. */
  readonly address: () => string | undefined;
  readonly alive: () => boolean;
  /** By gRPC a mere connection will do where the server does not speak of its health, as in the older form. */
  readonly connectionSuffices?: boolean;
  /** Where and with what environment a command is run. */
  readonly workingDirectory?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** The probe of a check, bounded by the check's time-out. */
export function createProbe(check: HealthCheckConfig, target: HealthTarget): Probe {
  const ask = unbounded(check, target);
  // It is answered at once; a time-out for each of its askings would only cost.
  if (check.type === 'process') return ask;
  return async (signal) => {
    const scope = AbortSignal.any([signal, AbortSignal.timeout(check.timeoutMs)]);
    const answer = await ask(scope);
    if (answer === null || signal.aborted || !scope.aborted) return answer;
    return `gave no answer within ${check.timeoutMs} ms`;
  };
}

function unbounded(check: HealthCheckConfig, target: HealthTarget): Probe {
  switch (check.type) {
    case 'http':
      return httpProbe(check, target);
    case 'tcp':
      return tcpProbe(check, target);
    case 'exec':
      return execProbe(check, target);
    case 'process':
      return () => Promise.resolve(target.alive() ? null : 'is not alive');
    case 'grpc':
      return loadPart('grpc-probe').grpcProbe(check, target);
  }
}
