import { abortIn } from './abort-in.ts';
import { isCloneError, lostWorker, notCloneable } from './clone-error.ts';
import { copyValue } from './copy-value.ts';
import { describeFailure, reviveFailure } from './failure.ts';
import type { StreamSource } from './held-stream.ts';
import type { Publication } from './publication.ts';

export interface DirectStreamParts {
  readonly publication: Publication;
  readonly method: string;
  readonly shares: boolean;
  /** Of the function's own signal; undefined where there is none, or the caller's is shared. */
  readonly controller: AbortController | undefined;
}

/** A stream from a worker on the same loop: the producer is asked for each item as it is read. */
export class DirectStream implements StreamSource {
  readonly #parts: DirectStreamParts;
  readonly #iterator: AsyncIterator<unknown, unknown>;
  /** Rejects when nothing more comes, whatever the producer does. */
  readonly #cut: Promise<never>;
  #cutBy: ((reason: unknown) => void) | undefined;
  #reason: unknown;
  /** An error that no reader has been told yet; after it the stream is simply at its end. */
  #over: { readonly untold?: unknown } | undefined;
  #tellOver: () => void = () => undefined;

  constructor(stream: AsyncIterable<unknown>, parts: DirectStreamParts) {
    const { publication } = parts;
    this.#parts = parts;
    this.#iterator = publication.enter(() => stream[Symbol.asyncIterator]());
    this.#cut = new Promise((_, reject) => {
      this.#cutBy = reject;
    });
    this.#cut.catch(() => undefined);
    publication.watch(this);
  }

  whenOver(listener: () => void): void {
    this.#tellOver = listener;
  }

  async next(): Promise<IteratorResult<unknown, undefined>> {
    if (this.#over) return this.#last(this.#over);
    try {
      const { done, value } = await this.#ask(() => this.#iterator.next());
      if (!done) return { done: false, value: await this.#handOver(value) };
      this.#finish({});
      return { done: true, value: undefined };
    } catch (error) {
      this.#finish({});
      throw error;
    }
  }

  async return(): Promise<IteratorResult<unknown, undefined>> {
    if (this.#over) return { done: true, value: undefined };
    this.#over = {};
    try {
      await this.#ask(async () => this.#iterator.return?.());
    } finally {
      this.#finish({});
    }
    return { done: true, value: undefined };
  }

  /** The worker has ended. */
  lost(): void {
    this.#end(lostWorker(this.#parts.publication.worker, this.#parts.method));
  }

  abort(reason: unknown): void {
    const { publication, controller } = this.#parts;
    if (this.#over) return;
    this.#end(reason);
    if (controller) abortIn(publication, controller, reason);
    publication.enter(async () => this.#iterator.return?.()).catch(() => undefined);
  }

  #end(reason: unknown): void {
    this.#finish({ untold: reason });
    this.#reason = reason;
    this.#cutBy?.(reason);
  }

  #finish(over: { readonly untold?: unknown }): void {
    this.#over = over;
    this.#parts.publication.unwatch(this);
    const tell = this.#tellOver;
    this.#tellOver = () => undefined;
    tell();
  }

  #last(over: { readonly untold?: unknown }): IteratorResult<unknown, undefined> {
    this.#over = {};
    if ('untold' in over) throw over.untold;
    return { done: true, value: undefined };
  }

  async #ask<T>(work: () => Promise<T>): Promise<T> {
    const { publication, shares } = this.#parts;
    try {
      return await Promise.race([publication.enter(async () => work()), this.#cut]);
    } catch (error) {
      throw shares || error === this.#reason ? error : reviveFailure(describeFailure(error));
    }
  }

  async #handOver(value: unknown): Promise<unknown> {
    const { publication, method, shares } = this.#parts;
    if (shares) return value;
    try {
      return copyValue(value);
    } catch (error) {
      await this.return();
      throw isCloneError(error) ? notCloneable(`An item of ${publication.worker}.${method}()`, error) : error;
    }
  }
}
