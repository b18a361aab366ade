import { describeFailure, reviveFailure } from './failure.ts';
import type { CallerFrame, AnswerFrame } from './frame.ts';
import type { StreamSource } from './held-stream.ts';

/** How many items a producer may be ahead of its reader. */
const streamWindow = 32;

interface Reader {
  resolve(result: IteratorResult<unknown, undefined>): void;
  reject(error: unknown): void;
}

/** The reader's end of a stream: it tells the producer how much it has room for, and so never holds more than that. */
export class IncomingStream implements StreamSource {
  readonly #number: number;
  readonly #post: (frame: CallerFrame) => void;
  readonly #loss: () => Error;
  readonly #items: unknown[] = [];
  readonly #readers: Reader[] = [];
  #room = 0;
  #over: { readonly error?: Error } | undefined;
  #closing: { readonly done: Promise<void>; settle(error?: unknown): void } | undefined;
  #tellOver: () => void = () => undefined;

  /** `loss` makes the error that the reader gets when the worker ends first. */
  constructor(number: number, post: (frame: CallerFrame) => void, loss: () => Error) {
    this.#number = number;
    this.#post = post;
    this.#loss = loss;
  }

  whenOver(listener: () => void): void {
    this.#tellOver = listener;
  }

  next(): Promise<IteratorResult<unknown, undefined>> {
    if (this.#items.length > 0) {
      const value = this.#items.shift();
      this.#pull();
      return Promise.resolve({ done: false, value });
    }
    if (this.#over) return this.#last(this.#over);
    return new Promise((resolve, reject) => {
      this.#readers.push({ resolve, reject });
      this.#pull();
    });
  }

  /** The reader wants no more; resolves when the producer has cleaned up. */
  async return(): Promise<IteratorResult<unknown, undefined>> {
    this.#items.length = 0;
    if (!this.#over && !this.#closing) {
      this.#closing = deferred();
      this.#post(['close', this.#number]);
    }
    await this.#closing?.done;
    return { done: true, value: undefined };
  }

  abort(reason: unknown): void {
    if (this.#over) return;
    this.#items.length = 0;
    this.#post(['abort', this.#number, describeFailure(reason)]);
    if (!this.#closing) this.#post(['close', this.#number]);
    // Mostly an Error; whatever else a caller aborts with is what it gets.
    this.#finish({ error: reason as Error });
  }

  /** True when this was the last that is heard. */
  heard(frame: AnswerFrame): boolean {
    switch (frame[0]) {
      case 'item':
        if (!this.#closing && !this.#over) this.#take(frame[2]);
        return false;
      case 'failure':
        // Mostly an Error; whatever else was thrown reaches the reader as it is.
        this.#finish({ error: reviveFailure(frame[2]) as Error });
        return true;
      case 'lost':
        this.lose();
        return true;
      default:
        this.#finish({});
        return true;
    }
  }

  lose(): void {
    this.#finish({ error: this.#loss() });
  }

  #take(value: unknown): void {
    this.#room -= 1;
    const reader = this.#readers.shift();
    if (!reader) {
      this.#items.push(value);
      return;
    }
    reader.resolve({ done: false, value });
    this.#pull();
  }

  /** Makes room again in halves of the window, so that the producer need not stop for each item. */
  #pull(): void {
    const room = streamWindow - this.#items.length - this.#room;
    if (this.#over || room < streamWindow / 2) return;
    this.#room += room;
    this.#post(['pull', this.#number, room]);
  }

  #finish(over: { readonly error?: Error }): void {
    if (this.#over) return;
    // An error is told once, to whoever reads next; after that the stream is simply at its end.
    this.#over = over;
    this.#closing?.settle(over.error);
    for (const reader of this.#readers.splice(0)) void this.#last(this.#over).then(reader.resolve, reader.reject);
    this.#tellOver();
  }

  #last(over: { readonly error?: Error }): Promise<IteratorResult<unknown, undefined>> {
    this.#over = {};
    if ('error' in over) return Promise.reject(over.error);
    return Promise.resolve({ done: true, value: undefined });
  }
}

function deferred(): { readonly done: Promise<void>; settle(error?: unknown): void } {
  let resolve: () => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const done = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return {
    done,
    settle: (error) => {
      if (error === undefined) resolve();
      else reject(error);
    },
  };
}
