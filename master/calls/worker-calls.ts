import type { Endpoint } from '../lifecycle/worker-snapshot.ts';
import type { CallPlace } from './call-place.ts';
import type { Client, ConnectOptions } from './contract.ts';
import { clientOf } from './client-of.ts';
import type { Enter, Publication } from './publication.ts';
import { WorkerClient } from './worker-client.ts';

export interface WorkerCallsParts {
  readonly worker: string;
  readonly place: CallPlace;
  /** Aborts when the worker's run is over. */
  readonly signal?: AbortSignal;
  readonly enter: Enter;
  setEndpoint(endpoint: Endpoint): void;
}

/** One run's part in calls: what it publishes, and whom it calls. All of it ends with the run. */
export class WorkerCalls {
  readonly #parts: WorkerCallsParts;
  readonly #publications = new Map<string, Publication>();
  readonly #clients = new Map<string, { readonly client: object; readonly held: WorkerClient }>();

  constructor(parts: WorkerCallsParts) {
    this.#parts = parts;
    parts.signal?.addEventListener('abort', () => {
      for (const name of [...this.#publications.keys()]) this.withdraw(name);
      for (const { held } of this.#clients.values()) held.close();
      this.#clients.clear();
    });
  }

  /** The same client for the same worker and options: whoever asks for one with each call holds no more than one. */
  connect<Contract extends object>(worker: string, options: ConnectOptions = {}): Client<Contract> {
    const { endpoint, shareValues, timeoutMs, waitMs } = options;
    const key = JSON.stringify([worker, endpoint, shareValues, String(timeoutMs), String(waitMs)]);
    const known = this.#clients.get(key);
    // What its methods are is known to the compiler alone.
    if (known) return known.client as Client<Contract>;
    const held = new WorkerClient(this.#parts.place, worker, options);
    const client = clientOf<Contract>((method, args) => held.call(method, args));
    this.#clients.set(key, { client, held });
    return client;
  }

  publish(name: string, contract: object): void {
    const { worker, place, enter, setEndpoint, signal } = this.#parts;
    signal?.throwIfAborted();
    if (this.#publications.has(name)) {
      throw new Error(`${worker} publishes "${name}" already: unregister it first, or choose another name.`);
    }
    const publication = place.publications.publish({ worker, name, contract, enter });
    this.#publications.set(name, publication);
    setEndpoint({ name, type: 'function', address: publication.target, origin: 'registered' });
  }

  /** Who waits for an answer is told that there will be none. */
  withdraw(name: string): void {
    const publication = this.#publications.get(name);
    if (!publication) return;
    this.#publications.delete(name);
    publication.abandon();
    this.#parts.place.publications.remove(publication);
  }

  /** Takes no more calls; resolves when those under way are done. */
  async drain(): Promise<void> {
    const { place } = this.#parts;
    await Promise.all(
      [...this.#publications.values()].map(async (publication) => {
        const done = publication.drain();
        await place.withdraw(publication.target);
        await done;
      }),
    );
  }
}
