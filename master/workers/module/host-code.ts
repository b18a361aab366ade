import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { HostCodeOptions } from './host-protocol.ts';

/**
 * What V8 made of the host's code, which is the same in every thread: the first tells it, and those after need not
 * compile what they run until their module is up.
 */
export class HostCode {
  #compiled: Uint8Array | undefined;
  /** Leads to the one that is to tell. */
  #teller: MessagePort | undefined;

  /** What a thread that is about to begin is given. */
  forThread(): { readonly options: HostCodeOptions; readonly transfer: readonly MessagePort[] } {
    if (this.#compiled) return { options: { compiled: this.#compiled }, transfer: [] };
    if (this.#teller) return { options: {}, transfer: [] };
    const { port1: teller, port2: asker } = new MessageChannel();
    this.#teller = teller;
    teller.once('message', (compiled: Uint8Array) => {
      this.#compiled = compiled;
      teller.close();
    });
    // Also where the thread has ended before it told.
    teller.once('close', () => {
      this.#teller = undefined;
    });
    teller.unref();
    return { options: { asker }, transfer: [asker] };
  }

  /** A start is done: what it takes is compiled by now. */
  learn(): void {
    this.#teller?.postMessage(null);
  }
}
