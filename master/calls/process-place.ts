import { watch } from 'node:fs';
import type { Server } from 'node:net';
import type { Endpoint } from '../lifecycle/worker-snapshot.ts';
import { socketIn } from '../places.ts';
import { acceptLinks } from './accept-links.ts';
import { CallPlace } from './call-place.ts';
import { CallError } from './contract.ts';
import type { Registration } from './directory.ts';
import { directoryTarget, type Introducer } from './introduction.ts';
import { Link } from './link.ts';
import { introducerOver } from './remote-introducer.ts';
import { socketChannel } from './socket-channel.ts';
import { dial } from './untracked.ts';

export interface ProcessPlaceOptions {
  /** The master's folder. */
  readonly folder: string;
  /** The run that this process is; absent for one that only calls. */
  readonly self?: { readonly worker: string; readonly run: number };
}

/** The place that a process is. A master that is gone is waited for: another one may take this process over. */
export class ProcessPlace {
  readonly place: CallPlace;
  readonly #options: ProcessPlaceOptions;
  #toMaster: Promise<Link> | undefined;
  #link: Link | undefined;
  #endpoints: readonly Endpoint[] = [];
  #listening: Promise<Listener> | undefined;
  /** Undefined until it listens. */
  #listener: Listener | undefined;
  #closed = false;

  constructor(options: ProcessPlaceOptions) {
    this.#options = options;
    this.place = new CallPlace(this.#introducer());
  }

  /** Tells the master where this process is reached, whenever that has changed. */
  async announce(endpoints: readonly Endpoint[]): Promise<void> {
    this.#endpoints = endpoints;
    if (endpoints.some(({ type }) => type === 'function')) await this.#listen();
    const link = await this.#connected();
    // The connection that has just been made has told it already, or tells what is newer by now.
    if (this.#endpoints === endpoints) await this.#register(link);
  }

  close(): void {
    this.#closed = true;
    this.#link?.close();
    this.place.close();
    this.#listener?.server.close();
  }

  #introducer(): Introducer {
    const remote = introducerOver(() => this.#connected());
    return {
      introduce: async (wanted, signal) => {
        for (;;) {
          signal.throwIfAborted();
          try {
            return await remote.introduce(wanted, signal);
          } catch (error) {
            const masterIsGone = error instanceof CallError && error.code === 'no-master';
            if (!masterIsGone || this.#closed || !this.#options.self) throw error;
          }
        }
      },
      explain: async (worker, endpoint) => {
        if (this.#link?.open === true) return remote.explain(worker, endpoint);
        return 'the master does not answer. Start it: hsu run.';
      },
    };
  }

  #connected(): Promise<Link> {
    return (this.#toMaster ??= this.#connect());
  }

  async #connect(): Promise<Link> {
    try {
      const link = await this.#reach();
      this.#link = link;
      void link.closed.then(() => {
        this.#toMaster = undefined;
        // What is published must be known to the next master too.
        if (!this.#closed && this.#endpoints.length > 0) this.#connected().catch(() => undefined);
      });
      if (this.#endpoints.length > 0) await this.#register(link);
      return link;
    } catch (error) {
      this.#toMaster = undefined;
      throw error;
    }
  }

  async #reach(): Promise<Link> {
    const { folder, self } = this.#options;
    const address = socketIn(folder, 'calls');
    for (;;) {
      const changed = self ? changeIn(folder) : undefined;
      const socket = await dial(address);
      if (socket) {
        changed?.cancel();
        return new Link(socketChannel(socket), () => undefined);
      }
      if (!changed) throw new CallError('no-master', 'No master is running. Start it: hsu run.');
      await changed.happened;
    }
  }

  async #register(link: Link): Promise<void> {
    const { self } = this.#options;
    if (!self) return;
    const socket = this.#listener?.address;
    const endpoints = this.#endpoints.map((endpoint) =>
      endpoint.type === 'function' && socket !== undefined
        ? { ...endpoint, type: 'ipc' as const, address: socket }
        : endpoint,
    );
    const registration: Registration = { ...self, endpoints, socket };
    await link.request(directoryTarget, 'register', [registration]);
  }

  async #listen(): Promise<void> {
    const { server } = await (this.#listening ??= this.#openServer());
    // A process that offers functions lives, as one that serves requests does.
    if (this.place.publications.size > 0) server.ref();
    else server.unref();
  }

  async #openServer(): Promise<Listener> {
    const link = await this.#connected();
    const address = String(await link.request(directoryTarget, 'freshAddress', []));
    const server = await acceptLinks(address, (socket) => {
      this.place.link(socketChannel(socket));
    });
    return (this.#listener = { server, address });
  }
}

interface Listener {
  readonly server: Server;
  readonly address: string;
}

/** This process's place, where a master has started it. */
export function placeOfProcess(worker: string): ProcessPlace | undefined {
  const { HSU_MASTER_FOLDER: folder, HSU_RUN: run } = process.env;
  return folder === undefined ? undefined : new ProcessPlace({ folder, self: { worker, run: Number(run) } });
}

/** Resolves when a file of the folder has come, gone or changed. */
function changeIn(folder: string): { readonly happened: Promise<void>; cancel(): void } {
  const watcher = watch(folder, { persistent: false });
  const happened = new Promise<void>((resolve) => {
    watcher.once('change', () => {
      watcher.close();
      resolve();
    });
    watcher.once('error', () => {
      resolve();
    });
  });
  return {
    happened,
    cancel: () => {
      watcher.close();
    },
  };
}
