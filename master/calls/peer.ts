import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { removeSocket } from './accept-links.ts';
import type { CallPlace } from './call-place.ts';
import { placeTarget } from './introduction.ts';
import { Link } from './link.ts';
import { portChannel, type PortHandover } from './port-channel.ts';
import type { Publication } from './publication.ts';
import { listen } from './thread-place.ts';

/** A place inside the master's process, as the master sees it: it can be linked with others, and made to listen. */
export abstract class Peer {
  readonly name: string;
  readonly #linked = new Set<Peer>();
  #address: Promise<string> | undefined;
  #listensAt: string | undefined;

  constructor(name: string) {
    this.name = name;
  }

  /** Links the two, once: the master is not in the way of what they say to each other. */
  introduceTo(other: Peer): void {
    if (this.#linked.has(other)) return;
    this.#linked.add(other);
    other.#linked.add(this);
    const { port1, port2 } = new MessageChannel();
    this.hand({ place: other.name, port: port1 });
    other.hand({ place: this.name, port: port2 });
    for (const [one, two] of [
      [this, other],
      [other, this],
    ] as const) {
      void one.gone.then(() => two.#linked.delete(one));
    }
  }

  /** Resolves to the local socket on which processes reach it. */
  address(fresh: () => string): Promise<string> {
    return (this.#address ??= this.#listen(fresh()));
  }

  /** What a thread that was ended leaves in the file system. */
  removeSocket(): void {
    if (this.#listensAt !== undefined) removeSocket(this.#listensAt);
  }

  abstract readonly gone: Promise<void>;
  protected abstract hand(handover: PortHandover): void;
  protected abstract listenAt(address: string): Promise<void>;

  async #listen(address: string): Promise<string> {
    this.#listensAt = address;
    await this.listenAt(address);
    return address;
  }
}

/** A thread; the port leads to it. */
export class ThreadPeer extends Peer {
  readonly gone: Promise<void>;
  readonly #port: MessagePort;
  readonly #link: Link;

  constructor(name: string, port: MessagePort, directory: (peer: ThreadPeer) => Publication) {
    super(name);
    const own = directory(this);
    this.#port = port;
    this.#link = new Link(portChannel(port), (target) => (target === own.target ? own : undefined));
    this.gone = this.#link.closed;
  }

  protected hand(handover: PortHandover): void {
    this.#port.postMessage(handover, [handover.port]);
  }

  protected async listenAt(address: string): Promise<void> {
    await this.#link.request(placeTarget, 'listen', [address]);
  }
}

/** The master's own loop, where a program that embeds it has modules compiled in. */
export class OwnPeer extends Peer {
  /** It ends with the process. */
  readonly gone = new Promise<void>(() => undefined);
  readonly #place: CallPlace;

  constructor(name: string, place: CallPlace) {
    super(name);
    this.#place = place;
  }

  protected hand({ place, port }: PortHandover): void {
    this.#place.keep(place, portChannel(port));
  }

  protected listenAt(address: string): Promise<void> {
    return listen(this.#place, address);
  }
}
