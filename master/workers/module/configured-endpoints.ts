import type { ModuleDeployment } from '../../config/deployment.ts';
import type { Endpoint } from '../../lifecycle/worker-snapshot.ts';

/** Where the module's own configuration says it will listen, until it tells more. */
export function configuredEndpoints({ config }: Pick<ModuleDeployment, 'config'>): readonly Endpoint[] {
  const port = Number(config['port']);
  if (!Number.isInteger(port) || port < 1 || port > 65535) return [];
  return [{ name: `port-${port}`, type: 'url', address: `http://127.0.0.1:${port}`, origin: 'configured' }];
}
