import { randomBytes } from 'node:crypto';
import type { Server } from 'node:net';
import type { MessagePort } from 'node:worker_threads';
import type { ToldSnapshot } from '../lifecycle/told-snapshot.ts';
import type { Endpoint } from '../lifecycle/worker-snapshot.ts';
import { acceptLinks, removeSocket } from './accept-links.ts';
import { CallPlace } from './call-place.ts';
import { CallError } from './contract.ts';
import { explainUnavailable } from './explain-unavailable.ts';
import type { Introduction, Wanted } from './introduction.ts';
import { Link } from './link.ts';
import { OwnPeer, ThreadPeer, type Peer } from './peer.ts';
import { Publication, targetOf } from './publication.ts';
import { socketChannel } from './socket-channel.ts';

/** What the directory needs to know of workers. */
export interface ListedWorkers {
  /** Throws a sentence where there is no such worker. */
  snapshot(id: string): ToldSnapshot;
  /** The place in which the worker's run lives, where that is inside this process. */
  peer(id: string): Peer | undefined;
  onDidChange(listener: () => void): () => void;
}

/** What a process says of itself. */
export interface Registration {
  readonly worker: string;
  /** The number of the run it is, as it was told in its environment. */
  readonly run: number;
  readonly endpoints: readonly Endpoint[];
  /** The local socket on which it takes calls; undefined when it publishes nothing. */
  readonly socket: string | undefined;
}

export interface DirectoryOptions {
  /** Makes the address of a local socket from a name. */
  readonly addressOf: (name: string) => string;
  /** Resolves when the workers are known for the first time. */
  readonly known: Promise<void>;
  /** Called when what a process says of itself has changed. */
  readonly changed: (worker: string) => void;
}

/** The master's part in calls: knows where every worker is, and introduces places to each other. No call passes through it. */
export class CallDirectory {
  readonly #options: DirectoryOptions;
  readonly #name = freshName();
  readonly #registrations = new Map<Link, Registration>();
  readonly #peers = new Set<Peer>();
  readonly #versions = new Map<string, { readonly signature: string; readonly version: number }>();
  readonly #own: OwnPeer;
  /** The place that the master's own loop is. */
  readonly place: CallPlace;
  #workers: ListedWorkers | undefined;
  #server: Server | undefined;

  constructor(options: DirectoryOptions) {
    this.#options = options;
    this.place = new CallPlace({
      introduce: (wanted, signal) => this.#introduce(this.#own, wanted, signal),
      explain: (worker, endpoint) => Promise.resolve(this.#explain(worker, endpoint)),
    });
    this.#own = new OwnPeer('master', this.place);
  }

  get own(): Peer {
    return this.#own;
  }

  /** Takes part in calls from now on: knows the workers, and answers processes. */
  async open(workers: ListedWorkers): Promise<void> {
    this.#workers = workers;
    const address = this.#options.addressOf('calls');
    // A former master that was killed has left it.
    removeSocket(address);
    this.#server = await acceptLinks(address, (socket) => {
      const own = this.#publicationFor(undefined, () => link);
      const link = new Link(socketChannel(socket), (target) => (target === own.target ? own : undefined));
      void link.closed.then(() => {
        this.#forget(link);
      });
    });
  }

  /** A thread that is about to begin; the other end of the port goes to it. */
  addThread(port: MessagePort): Peer {
    const peer = new ThreadPeer(freshName(), port, (caller) => this.#publicationFor(caller, () => undefined));
    this.#peers.add(peer);
    void peer.gone.then(() => {
      peer.removeSocket();
      this.#peers.delete(peer);
    });
    return peer;
  }

  /** What this run of a process has said of itself. */
  registered(worker: string, run: number): readonly Endpoint[] {
    return [...this.#registrations.values()]
      .filter((registration) => registration.worker === worker && registration.run === run)
      .flatMap(({ endpoints }) => endpoints);
  }

  close(): void {
    this.#server?.close();
    this.place.close();
    for (const peer of [...this.#peers, this.#own]) peer.removeSocket();
    for (const link of this.#registrations.keys()) link.close();
  }

  /** What a place may ask; `link` is a process's, which may also say things of itself. */
  #publicationFor(caller: Peer | undefined, link: () => Link | undefined): Publication {
    return new Publication({
      worker: 'hsu',
      name: 'directory',
      enter: (work, ...given) => work(...given),
      contract: {
        introduce: (wanted: Wanted, signal: AbortSignal) => this.#introduce(caller, wanted, signal),
        explain: (worker: string, endpoint: string | undefined) => this.#explain(worker, endpoint),
        freshAddress: () => this.#freshAddress(),
        register: (registration: Registration) => {
          const from = link();
          if (!from) return;
          this.#registrations.set(from, registration);
          this.#options.changed(registration.worker);
        },
      },
    });
  }

  #forget(link: Link): void {
    const registration = this.#registrations.get(link);
    if (!registration) return;
    this.#registrations.delete(link);
    const { socket } = registration;
    if (socket !== undefined) removeSocket(socket);
    this.#options.changed(registration.worker);
  }

  async #introduce(caller: Peer | undefined, wanted: Wanted, signal: AbortSignal): Promise<Introduction> {
    await this.#options.known;
    for (;;) {
      signal.throwIfAborted();
      const introduction = await this.#look(caller, wanted);
      if (introduction) return introduction;
      await this.#change(signal);
    }
  }

  async #look(caller: Peer | undefined, wanted: Wanted): Promise<Introduction | undefined> {
    const { worker } = wanted;
    const snapshot = this.#snapshot(worker);
    const version = this.#versionOf(worker, snapshot);
    // Another master counted differently.
    const after = wanted.after?.master === this.#name ? wanted.after.number : 0;
    if (version <= after || snapshot.state !== 'running') return undefined;
    const found = this.#callable(snapshot, wanted.endpoint);
    if (!found) return undefined;
    const peer = this.#workers?.peer(worker);
    const introduced = { version: { master: this.#name, number: version }, endpoint: found.name };
    if (!peer) return { ...introduced, at: { kind: 'socket', address: found.address } };
    if (peer === caller) return { ...introduced, at: { kind: 'here' } };
    if (!caller)
      return { ...introduced, at: { kind: 'socket', address: await peer.address(() => this.#freshAddress()) } };
    caller.introduceTo(peer);
    return { ...introduced, at: { kind: 'place', place: peer.name } };
  }

  #snapshot(worker: string): ToldSnapshot {
    try {
      if (this.#workers) return this.#workers.snapshot(worker);
    } catch (error) {
      throw new CallError('unknown-worker', error instanceof Error ? error.message : String(error));
    }
    throw new CallError('no-master', 'The master has not begun yet.');
  }

  #callable({ id, endpoints }: ToldSnapshot, name: string | undefined): Endpoint | undefined {
    const callable = this.#callables(id, endpoints);
    if (name !== undefined) return callable.find((endpoint) => endpoint.name === name);
    if (callable.length < 2) return callable[0];
    const names = callable.map((endpoint) => `"${endpoint.name}"`).join(', ');
    throw new CallError('unknown-endpoint', `${id} publishes ${names}: say which one by "endpoint".`);
  }

  #explain(worker: string, endpoint: string | undefined): string {
    const snapshot = this.#snapshot(worker);
    return explainUnavailable(snapshot, this.#callables(worker, snapshot.endpoints), endpoint);
  }

  /** Goes up whenever something changes that decides how the worker is reached. */
  #versionOf(worker: string, { state, endpoints, diagnostics }: ToldSnapshot): number {
    const signature = JSON.stringify([state, diagnostics.startTime, this.#callables(worker, endpoints)]);
    const known = this.#versions.get(worker);
    if (known?.signature === signature) return known.version;
    const version = (known?.version ?? 0) + 1;
    this.#versions.set(worker, { signature, version });
    return version;
  }

  /** Resolves with the next change of any worker; rejects when the signal aborts. */
  #change(signal: AbortSignal): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const over = () => {
        stop?.();
        signal.removeEventListener('abort', abort);
      };
      const stop = this.#workers?.onDidChange(() => {
        over();
        resolve();
      });
      const abort = () => {
        over();
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  /** The endpoints that take calls: what else a worker registers is for others. */
  #callables(worker: string, endpoints: readonly Endpoint[]): readonly Endpoint[] {
    const sockets = new Set([...this.#registrations.values()].map(({ socket }) => socket));
    return endpoints.filter(
      ({ type, name, address, origin }) =>
        origin === 'registered' &&
        ((type === 'function' && address === targetOf(worker, name)) || (type === 'ipc' && sockets.has(address))),
    );
  }

  #freshAddress(): string {
    return this.#options.addressOf(freshName());
  }
}

function freshName(): string {
  return randomBytes(4).toString('hex');
}
