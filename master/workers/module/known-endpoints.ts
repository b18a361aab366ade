import type { ModuleDeployment } from '../../config/deployment.ts';
import type { Endpoint } from '../../lifecycle/worker-snapshot.ts';
import { configuredEndpoints } from './configured-endpoints.ts';

/** What a module registered comes before what it was seen to listen on; until it has told anything, its configuration counts. */
export function knownEndpoints(told: readonly Endpoint[], deployment: ModuleDeployment): readonly Endpoint[] {
  if (told.length === 0) return configuredEndpoints(deployment);
  const registered = told.filter(({ origin }) => origin === 'registered');
  const known = new Set(registered.map(({ address }) => address));
  return [...registered, ...told.filter(({ origin, address }) => origin !== 'registered' && !known.has(address))];
}
