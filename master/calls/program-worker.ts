import type { Endpoint } from '../lifecycle/worker-snapshot.ts';
import type { CallPlace } from './call-place.ts';
import type { WorkerContext } from './contract.ts';
import { WorkerCalls } from './worker-calls.ts';

/** A program, in a process or a thread of its own, as its code sees it: all of the place is its. */
export function programWorker(
  id: string,
  place: CallPlace,
  announce: (endpoints: readonly Endpoint[]) => void,
): WorkerContext {
  const endpoints = new Map<string, Endpoint>();
  const setEndpoint = (endpoint: Endpoint) => {
    endpoints.set(endpoint.name, endpoint);
    announce([...endpoints.values()]);
  };
  const calls = new WorkerCalls({ worker: id, place, enter: (work, ...given) => work(...given), setEndpoint });
  return {
    id,
    connect: (worker, options) => calls.connect(worker, options),
    endpoints: {
      publish: (name, contract) => {
        calls.publish(name, contract);
      },
      register: (name, type, address) => {
        setEndpoint({ name, type, address, origin: 'registered' });
      },
      unregister: (name) => {
        calls.withdraw(name);
        if (endpoints.delete(name)) announce([...endpoints.values()]);
      },
    },
  };
}
