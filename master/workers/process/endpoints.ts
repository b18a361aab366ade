import type { ProcessDeployment } from '../../config/deployment.ts';
import type { WorkerConfig } from '../../config/worker-config.ts';
import type { Endpoint } from '../../lifecycle/worker-snapshot.ts';
import type { ListeningSocket } from './table/process-table.ts';

/** What is known before the process has said or done anything, best first: each port once. */
export function knownEndpoints(
  deployment: ProcessDeployment,
  assignedPort: number | undefined,
  configured: readonly Endpoint[] = [],
): readonly Endpoint[] {
  if (configured.length > 0) return configured;
  if (assignedPort !== undefined) return [http(assignedPort, 'assigned')];
  const written = portArgument(deployment.args) ?? portNumber(deployment.environment['HSU_PORT']);
  return written === undefined ? [] : [http(written, 'configured')];
}

/** What `endpoints` and `port` of a worker say. */
export function configuredEndpoints({
  endpoints,
  port,
}: Pick<WorkerConfig, 'endpoints' | 'port'>): readonly Endpoint[] {
  const written = endpoints.map((endpoint) => ({ ...endpoint, origin: 'configured' as const }));
  const isNamed = port === undefined || written.some(({ address }) => portOfUrl(address) === port);
  return isNamed ? written : [...written, http(port, 'configured')];
}

/** What the tree is seen to listen on, without what is known already and without its inspector. */
export function discoveredEndpoints(
  sockets: readonly ListeningSocket[],
  known: readonly Endpoint[],
  inspector: string | undefined,
): Endpoint[] {
  const taken = new Set([...known.map(({ address }) => address), inspector ?? ''].map(portOfUrl));
  const found = new Map<number, Endpoint>();
  for (const { host, port } of [...sockets].sort((a, b) => a.port - b.port || a.host.localeCompare(b.host))) {
    if (taken.has(port) || found.has(port)) continue;
    const isFirst = known.length === 0 && found.size === 0;
    const address = `http://${reachable(host)}:${port}`;
    found.set(port, { name: isFirst ? 'http' : `port-${port}`, type: 'url', address, origin: 'discovered' });
  }
  return [...found.values()];
}

/** The address to dial for one bound to: the wildcard is reached on the loopback. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::' || host.startsWith('127.')) return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

function http(port: number, origin: 'assigned' | 'configured'): Endpoint {
  return { name: 'http', type: 'url', address: `http://127.0.0.1:${port}`, origin };
}

/** `--port N` or `--port=N`. */
function portArgument(args: readonly string[]): number | undefined {
  const at = args.indexOf('--port');
  const joined = args.find((argument) => argument.startsWith('--port='));
  return portNumber(at >= 0 ? args[at + 1] : joined?.slice('--port='.length));
}

function portNumber(text: string | undefined): number | undefined {
  const port = Number(text);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}

function portOfUrl(url: string): number {
  return URL.canParse(url) ? Number(new URL(url).port) : 0;
}
