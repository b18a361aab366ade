import type { ToldSnapshot } from '../lifecycle/told-snapshot.ts';
import type { Endpoint } from '../lifecycle/worker-snapshot.ts';

/** Why a worker cannot be called now, and the way out: the end of a sentence. */
export function explainUnavailable(
  { id, state, last_error: failure }: ToldSnapshot,
  callable: readonly Endpoint[],
  endpoint: string | undefined,
): string {
  if (state === 'running') {
    const names = callable.map(({ name }) => `"${name}"`).join(', ');
    if (callable.some(({ name }) => endpoint === undefined || name === endpoint)) {
      return `it is running but does not answer. See its log, or restart it: hsu restart ${id}.`;
    }
    const wanted = endpoint === undefined ? 'no functions' : `no endpoint "${endpoint}"`;
    const has = names === '' ? 'Publish them with endpoints.publish().' : `It publishes ${names}.`;
    return `it is running, but publishes ${wanted}. ${has}`;
  }
  if (state === 'failed') return `it has failed. ${failure?.message ?? ''} Mend that, then: hsu start ${id}.`;
  if (state === 'starting' || state === 'stopping') return `it is still ${state}. See its log: hsu logs ${id}.`;
  return `it is ${state}. Start it: hsu start ${id}.`;
}
