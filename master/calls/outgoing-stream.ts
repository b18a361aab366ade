import { after } from './untracked.ts';
import type { Publication } from './publication.ts';

interface Reader {
  /** Throws when the item cannot be copied. */
  item(value: unknown): void;
  end(): void;
  fail(error: unknown): void;
}

/**
 * How long a reader that leaves waits for a producer that is at an item, in ms: the reader has not asked for that one, and
 * it may never come.
 */
const atItemMs = 1000;

/** The producer's end of a stream: takes from it only what the reader has room for. */
export class OutgoingStream {
  readonly #publication: Publication;
  readonly #iterator: AsyncIterator<unknown, unknown>;
  readonly #reader: Reader;
  #room = 0;
  #running = false;
  #atItem = false;
  #closed = false;

  constructor(publication: Publication, stream: AsyncIterable<unknown>, reader: Reader) {
    this.#publication = publication;
    this.#reader = reader;
    this.#iterator = publication.enter(() => stream[Symbol.asyncIterator]());
  }

  pull(items: number): void {
    this.#room += items;
    if (!this.#running) void this.#run();
  }

  /** The reader wants no more: the producer cleans up, then the stream is at its end. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const { return: finish } = this.#iterator;
    if (!finish) {
      this.#reader.end();
      return;
    }
    if (this.#atItem) {
      after(atItemMs, () => {
        this.#reader.end();
      });
    }
    this.#publication
      .enter(async () => finish.call(this.#iterator))
      .then(
        () => {
          this.#reader.end();
        },
        (error: unknown) => {
          this.#reader.fail(error);
        },
      );
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      while (this.#room > 0 && !this.#closed) {
        this.#room -= 1;
        this.#atItem = true;
        const { done, value } = await this.#publication.enter(async () => this.#iterator.next());
        this.#atItem = false;
        if (this.#closed) return;
        if (done) {
          this.#closed = true;
          this.#reader.end();
        } else {
          this.#reader.item(value);
        }
      }
    } catch (error) {
      if (this.#closed) return;
      this.#reader.fail(error);
      this.#closed = true;
      // An item that could not be copied: the producer does not know yet.
      await this.#publication.enter(async () => this.#iterator.return?.()).catch(() => undefined);
    } finally {
      this.#running = false;
    }
  }
}
