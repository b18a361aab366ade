import { packArguments, signalOf, unpackArguments, type PackedArguments } from './arguments.ts';
import { isCloneError, notCloneable } from './clone-error.ts';
import { copyValue } from './copy-value.ts';
import type { Deadlines } from './deadlines.ts';
import { DirectStream } from './direct-stream.ts';
import { describeFailure, reviveFailure } from './failure.ts';
import type { Publication } from './publication.ts';
import { asStream, isThenable } from './result-kind.ts';

/** A call on the same loop whose function has not answered yet. */
export interface DirectCall {
  since: number;
  readonly method: string;
  readonly publication: Publication;
  /** Ends it for its caller; the function may go on. */
  end(error: Error): void;
}

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
  return settled(result, signal, abort, { publication, method, options });
}

interface Asked {
  readonly publication: Publication;
  readonly method: string;
  readonly options: DirectOptions;
}

/** The caller's own promise of an answer that is still to come. */
function settled(
  answer: PromiseLike<unknown>,
  signal: AbortSignal | undefined,
  abort: ((reason: unknown) => void) | undefined,
  { publication, method, options: { pending, shares } }: Asked,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const finish = () => {
      if (!pending.delete(call)) return false;
      publication.end();
      if (signal) signal.removeEventListener('abort', onAbort);
      return true;
    };
    const end = (error: Error) => {
      // A time-out has taken it from the pending ones already.
      if (!finish()) publication.end();
      abort?.(error);
      reject(error);
    };
    const call: DirectCall = { since: 0, method, publication, end };
    const onAbort = () => {
      end(signal?.reason as Error);
    };
    publication.begin();
    pending.add(call);
    if (signal) signal.addEventListener('abort', onAbort);
    answer.then(
      (value) => {
        if (!finish()) return;
        try {
          resolve(handOver(publication, method, value, shares));
        } catch (error) {
          reject(asThrown(error, true));
        }
      },
      (error: unknown) => {
        if (finish()) reject(asThrown(error, shares));
      },
    );
  });
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
