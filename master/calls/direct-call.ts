import { packArguments, signalOf, unpackArguments, type PackedArguments } from './arguments.ts';
import { isCloneError, notCloneable } from './clone-error.ts';
import { copyValue } from './copy-value.ts';
import type { Deadlines, Timed } from './deadlines.ts';
import { DirectStream } from './direct-stream.ts';
import { describeFailure, reviveFailure } from './failure.ts';
import type { Publication } from './publication.ts';
import { asStream, isThenable } from './result-kind.ts';

export interface DirectOptions {
  /** Values are handed over as they are. */
  readonly shares: boolean;
  readonly pending: Deadlines<DirectCall>;
  /** The arguments as they were when the call was made, where it had to wait. */
  readonly packed?: PackedArguments;
}

/** A call to a worker that lives on the same loop: the function is called in this turn. Never throws. */
export function callDirectly(
  publication: Publication,
  method: string,
  args: readonly unknown[],
  options: DirectOptions,
): Promise<unknown> {
  const { shares } = options;
  let signal: AbortSignal | undefined;
  let abort: ((reason: unknown) => void) | undefined;
  let result: unknown;
  try {
    signal = signalOf(args);
    signal?.throwIfAborted();
    if (shares) {
      result = publication.invoke(method, args);
    } else {
      const packed = options.packed ?? pack(publication, method, args);
      const controller = signal ? new AbortController() : undefined;
      abort = controller && ((reason) => abortIn(publication, controller, reason));
      result = publication.invoke(method, unpackArguments(packed, controller?.signal));
    }
    if (!isThenable(result)) return Promise.resolve(handOver(publication, method, result, shares));
  } catch (error) {
    return Promise.reject(asThrown(error, shares));
  }
  const answer = result;
  return new Promise((resolve, reject) => {
    const call = new DirectCall(publication, method, options, resolve, reject);
    if (signal) {
      call.abort = abort;
      call.follow(signal);
    }
    answer.then(
      (value) => {
        call.answered(value);
      },
      (error: unknown) => {
        call.failed(error);
      },
    );
  });
}

/** A call on the same loop whose function has not answered yet; the caller has a promise of its own. */
export class DirectCall implements Timed<DirectCall> {
  round = 0;
  heldBy: object | undefined;
  older: DirectCall | undefined;
  newer: DirectCall | undefined;
  readonly method: string;
  readonly publication: Publication;
  /** Tells the function that its caller waits no longer. */
  abort: ((reason: unknown) => void) | undefined;
  readonly #options: DirectOptions;
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (error: Error) => void;
  #forget: (() => void) | undefined;

  constructor(
    publication: Publication,
    method: string,
    options: DirectOptions,
    resolve: (value: unknown) => void,
    reject: (error: Error) => void,
  ) {
    this.publication = publication;
    this.method = method;
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
    publication.begin();
    options.pending.add(this);
  }

  /** Ends the call when its caller aborts it. */
  follow(signal: AbortSignal): void {
    const abort = () => {
      this.end(signal.reason as Error);
    };
    signal.addEventListener('abort', abort);
    this.#forget = () => {
      signal.removeEventListener('abort', abort);
    };
  }

  answered(value: unknown): void {
    if (!this.#options.pending.delete(this)) return;
    this.#finish();
    try {
      this.#resolve(handOver(this.publication, this.method, value, this.#options.shares));
    } catch (error) {
      this.#reject(asThrown(error, true));
    }
  }

  failed(error: unknown): void {
    if (!this.#options.pending.delete(this)) return;
    this.#finish();
    this.#reject(asThrown(error, this.#options.shares));
  }

  /** Ends it for its caller; the function may go on. */
  end(error: Error): void {
    this.#options.pending.delete(this);
    this.#finish();
    this.abort?.(error);
    this.#reject(error);
  }

  #finish(): void {
    this.publication.end();
    this.#forget?.();
  }
}

function pack({ worker }: Publication, method: string, args: readonly unknown[]): PackedArguments {
  try {
    return packArguments(args);
  } catch (error) {
    throw notCloneable(`${worker}.${method}()`, error);
  }
}

function abortIn(publication: Publication, controller: AbortController, reason: unknown): void {
  const copy = reviveFailure(describeFailure(reason));
  publication.enter(() => {
    controller.abort(copy);
  });
}

function handOver(publication: Publication, method: string, value: unknown, shares: boolean): unknown {
  const stream = asStream(value);
  if (stream) return new DirectStream(publication, method, stream, shares);
  if (shares) return value;
  try {
    return copyValue(value);
  } catch (error) {
    throw isCloneError(error) ? notCloneable(`The answer of ${publication.worker}.${method}()`, error) : error;
  }
}

/** What the function threw, as it would arrive from anywhere else. */
function asThrown(error: unknown, shares: boolean): Error {
  // Mostly an Error; whatever else was thrown reaches the caller as it is.
  return (shares ? error : reviveFailure(describeFailure(error))) as Error;
}
