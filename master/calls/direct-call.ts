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
  try {
    const signal = signalOf(args);
    signal?.throwIfAborted();
    const controller = signal && !shares ? new AbortController() : undefined;
    const given = shares
      ? args
      : unpackArguments(options.packed ?? pack(publication, method, args), controller?.signal);
    const result = publication.invoke(method, given);
    return isThenable(result)
      ? answerOf(result, publication, method, options, signal, controller)
      : Promise.resolve(handOver(publication, method, result, shares));
  } catch (error) {
    return Promise.reject(asThrown(error, shares));
  }
}

/** Apart from the above: the variables of its closures are made for the calls that need them alone. */
function answerOf(
  answer: PromiseLike<unknown>,
  publication: Publication,
  method: string,
  options: DirectOptions,
  signal: AbortSignal | undefined,
  controller: AbortController | undefined,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const call: DirectCall = {
      round: 0,
      heldBy: undefined,
      older: undefined,
      newer: undefined,
      publication,
      method,
      options,
      resolve,
      reject,
      controller,
      forget: undefined,
    };
    publication.begin();
    options.pending.add(call);
    if (signal) follow(call, signal);
    answer.then(
      (value) => {
        answered(call, value);
      },
      (error: unknown) => {
        failed(call, error);
      },
    );
  });
}

/**
 * A call on the same loop whose function has not answered yet; the caller has a promise of its own. A literal rather
 * than a class, whose fields V8 would define one by one: it is made with each call.
 */
export interface DirectCall extends Timed<DirectCall> {
  readonly publication: Publication;
  readonly method: string;
  readonly options: DirectOptions;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  /** Of the function's own signal; there is none where the caller's is shared. */
  readonly controller: AbortController | undefined;
  forget: (() => void) | undefined;
}

/** Ends the call for its caller; the function may go on. */
export function endCall(call: DirectCall, error: Error): void {
  const { options, publication, controller } = call;
  options.pending.delete(call);
  finish(call);
  if (controller) abortIn(publication, controller, error);
  call.reject(error);
}

/** Ends the call when its caller aborts it. */
function follow(call: DirectCall, signal: AbortSignal): void {
  const abort = () => {
    endCall(call, signal.reason as Error);
  };
  signal.addEventListener('abort', abort);
  call.forget = () => {
    signal.removeEventListener('abort', abort);
  };
}

function answered(call: DirectCall, value: unknown): void {
  const { options, publication, method } = call;
  if (!options.pending.delete(call)) return;
  finish(call);
  try {
    call.resolve(handOver(publication, method, value, options.shares));
  } catch (error) {
    call.reject(asThrown(error, true));
  }
}

function failed(call: DirectCall, error: unknown): void {
  const { options } = call;
  if (!options.pending.delete(call)) return;
  finish(call);
  call.reject(asThrown(error, options.shares));
}

function finish({ publication, forget }: DirectCall): void {
  publication.end();
  forget?.();
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
