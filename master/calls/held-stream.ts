import { onAbort } from './on-abort.ts';

/** A stream where it comes from: on this loop, or over a link. */
export interface StreamSource {
  next(): Promise<IteratorResult<unknown, undefined>>;
  /** The reader wants no more; resolves when the producer has cleaned up. */
  return(): Promise<IteratorResult<unknown, undefined>>;
  /** The reader gets the reason, the function's signal aborts with it, and the producer cleans up. */
  abort(reason: unknown): void;
  /** Called once, when nothing more is to be heard of it. */
  whenOver(listener: () => void): void;
}

/** Streams whose readers let go of them without a word: their producers would wait to be asked for ever. */
const dropped = new FinalizationRegistry<StreamSource>((source) => {
  source.return().catch(() => undefined);
});

/** What a caller holds of a stream. Nothing but the caller holds it. */
class HeldStream implements AsyncIterableIterator<unknown> {
  readonly #source: StreamSource;

  constructor(source: StreamSource) {
    this.#source = source;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<unknown, undefined>> {
    return this.#source.next();
  }

  return(): Promise<IteratorResult<unknown, undefined>> {
    return this.#source.return();
  }
}

/** The streams that one caller reads. Each ends with its signal, with the caller, or when nobody holds it any more. */
export class HeldStreams {
  readonly #sources = new Set<StreamSource>();

  hold(source: StreamSource, signal: AbortSignal | undefined): AsyncIterableIterator<unknown> {
    const stream = new HeldStream(source);
    this.#sources.add(source);
    dropped.register(stream, source, source);
    let leave: (() => void) | undefined;
    source.whenOver(() => {
      this.#sources.delete(source);
      dropped.unregister(source);
      leave?.();
    });
    if (!signal) return stream;
    const abort = () => source.abort(signal.reason);
    if (signal.aborted) abort();
    else leave = onAbort(signal, abort);
    return stream;
  }

  /** The caller is over. */
  end(reason: Error): void {
    for (const source of [...this.#sources]) source.abort(reason);
  }
}
