import { setTimeout as wait } from 'node:timers/promises';
import type { OpenChannel } from './channel.ts';
import type { Introducer, Introduction } from './introduction.ts';
import { Link } from './link.ts';
import { Publications } from './publications.ts';
import type { Publication } from './publication.ts';
import { socketChannel } from './socket-channel.ts';
import { dial } from './untracked.ts';

/** How long others have to hear that a place ends, in milliseconds: one whose loop is blocked must not hold up a stop. */
const farewellMs = 250;

/** How calls get to a worker: on this very loop, or over a link. */
export type Way = Publication | Link;

/** One thread or process whose workers call and are called: what they publish, and the links to other places. */
export class CallPlace {
  readonly publications = new Publications();
  readonly introducer: Introducer;
  /** By the other place's name or the socket's address. */
  readonly #links = new Map<string, Promise<Link | undefined>>();

  /** All links of this place, whoever began them. */
  readonly #all = new Set<Link>();
  #isLeft = false;

  constructor(introducer: Introducer) {
    this.introducer = introducer;
  }

  /** Takes part in what goes over the channel: serves what is published here. */
  link(channel: OpenChannel): Link {
    const link = new Link(channel, this.publications.find);
    this.#all.add(link);
    void link.closed.then(() => this.#all.delete(link));
    if (this.#isLeft) link.leave();
    return link;
  }

  /**
   * It ends: whoever called is told what was not begun, and calls that another way. Resolves when all have heard, or
   * were too busy to.
   */
  async leave(): Promise<void> {
    this.#isLeft = true;
    const heard = [...this.#all].map((link) => {
      link.leave();
      return link.closed;
    });
    const tooLate = new AbortController();
    const late = wait(farewellMs, undefined, { signal: tooLate.signal }).catch(() => undefined);
    await Promise.race([Promise.all(heard), late]);
    tooLate.abort();
  }

  /** Lets all callers know that the target is about to go; resolves when no call of it is on its way any more. */
  async withdraw(target: string): Promise<void> {
    await Promise.all([...this.#all].map((link) => link.withdraw(target)));
  }

  /** Takes a channel that leads to the named place. */
  keep(name: string, channel: OpenChannel): Link {
    const link = this.link(channel);
    // What is sent to a place that ends before it has heard of the link would be lost.
    const kept = link.greet().then(() => link);
    this.#links.set(name, kept);
    void link.closed.then(() => {
      if (this.#links.get(name) === kept) this.#links.delete(name);
    });
    return link;
  }

  /** The way that an introduction shows; undefined when it leads nowhere any more. */
  async reach({ at }: Introduction, target: string): Promise<Way | undefined> {
    switch (at.kind) {
      case 'here':
        return this.publications.find(target);
      case 'place':
        return opened(await this.#links.get(at.place));
      case 'socket': {
        const known = this.#links.get(at.address);
        if (known) return opened(await known);
        const dialled = this.#dial(at.address);
        this.#links.set(at.address, dialled);
        return opened(await dialled);
      }
    }
  }

  close(): void {
    for (const link of this.#all) link.close();
  }

  async #dial(address: string): Promise<Link | undefined> {
    try {
      const socket = await dial(address);
      if (socket) {
        this.keep(address, socketChannel(socket));
        return await this.#links.get(address);
      }
      this.#links.delete(address);
      return undefined;
    } catch (error) {
      this.#links.delete(address);
      throw error;
    }
  }
}

function opened(link: Link | undefined): Link | undefined {
  return link?.open ? link : undefined;
}
