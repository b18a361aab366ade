import { isCloneError, lostWorker, notCloneable } from './clone-error.ts';
import { copyValue } from './copy-value.ts';
import { describeFailure, reviveFailure } from './failure.ts';
import type { Publication } from './publication.ts';

/** A stream from a worker on the same loop: the producer is asked for each item as it is read. */
export class DirectStream implements AsyncIterableIterator<unknown> {
  readonly #publication: Publication;
  readonly #method: string;
  readonly #shares: boolean;
  readonly #iterator: AsyncIterator<unknown, unknown>;
  readonly #lost: Promise<never>;
  readonly #forgetLoss: () => void;

  constructor(publication: Publication, method: string, stream: AsyncIterable<unknown>, shares: boolean) {
    this.#publication = publication;
    this.#method = method;
    this.#shares = shares;
    this.#iterator = publication.enter(() => stream[Symbol.asyncIterator]());
    let forget: () => void = () => undefined;
    this.#lost = new Promise((_, reject) => {
      forget = publication.onLoss(() => {
        reject(lostWorker(publication.worker, method));
      });
    });
    this.#lost.catch(() => undefined);
    this.#forgetLoss = forget;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<unknown, undefined>> {
    const { done, value } = await this.#ask(() => this.#iterator.next());
    if (done) {
      this.#forgetLoss();
      return { done: true, value: undefined };
    }
    return { done: false, value: await this.#handOver(value) };
  }

  async return(): Promise<IteratorResult<unknown, undefined>> {
    this.#forgetLoss();
    await this.#ask(async () => this.#iterator.return?.());
    return { done: true, value: undefined };
  }

  async #ask<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await Promise.race([this.#publication.enter(async () => work()), this.#lost]);
    } catch (error) {
      this.#forgetLoss();
      throw this.#shares ? error : reviveFailure(describeFailure(error));
    }
  }

  async #handOver(value: unknown): Promise<unknown> {
    if (this.#shares) return value;
    try {
      return copyValue(value);
    } catch (error) {
      await this.return();
      throw isCloneError(error)
        ? notCloneable(`An item of ${this.#publication.worker}.${this.#method}()`, error)
        : error;
    }
  }
}
