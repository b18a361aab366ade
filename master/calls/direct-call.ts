import { abortIn } from './abort-in.ts';
import { packArguments, signalOf, unpackArguments, type PackedArguments } from './arguments.ts';
import { isCloneError, notCloneable } from './clone-error.ts';
import { copyValue } from './copy-value.ts';
import type { Deadlines, Timed } from './deadlines.ts';
import { DirectStream } from './direct-stream.ts';
import { describeFailure, reviveFailure } from './failure.ts';
import type { HeldStreams } from './held-stream.ts';
import { onAbort } from './on-abort.ts';
import type { Publication } from './publication.ts';
import { asStream, isThenable } from './result-kind.ts';

export interface DirectOptions {
  /** Values are handed over as they are. */
  readonly shares: boolean;
  readonly pending: Deadlines<DirectCall>;
  readonly streams: HeldStreams;
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
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    const controller = signal && !shares ? new AbortController() : undefined;
    const given = shares
      ? args
      : unpackArguments(options.packed ?? pack(publication, method, args), controller?.signal);
    const result = publication.invoke(method, given);
    return isThenable(result)
      ? answerOf(result, publication, method, options, signal, controller)
      : Promise.resolve(handOver(result, { publication, method, options, signal, controller }));
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
      signal,
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
export interface DirectCall extends Timed<DirectCall>, Called {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  forget: (() => void) | undefined;
}

/** What was called, and how. */
interface Called {
  readonly publication: Publication;
  readonly method: string;
  readonly options: DirectOptions;
  /** The caller's. */
  readonly signal: AbortSignal | undefined;
  /** Of the function's own signal; there is none where the caller's is shared. */
  readonly controller: AbortController | undefined;
}

/** Ends the call for its caller; the function may go on. */
export function endCall(call: DirectCall, error: Error): void {
  abandonCall(call, error);
  call.reject(error);
}

/** The caller is over: nobody waits for the answer. */
export function abandonCall(call: DirectCall, reason: Error): void {
  const { options, publication, controller } = call;
  options.pending.delete(call);
  finish(call);
  if (controller) abortIn(publication, controller, reason);
}

/** Ends the call when its caller aborts it. */
function follow(call: DirectCall, signal: AbortSignal): void {
  call.forget = onAbort(signal, () => {
    endCall(call, signal.reason as Error);
  });
}

function answered(call: DirectCall, value: unknown): void {
  if (!call.options.pending.delete(call)) return;
  finish(call);
  try {
    call.resolve(handOver(value, call));
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

function handOver(value: unknown, { publication, method, options, signal, controller }: Called): unknown {
  const { shares, streams } = options;
  const stream = asStream(value);
  if (stream) return streams.hold(new DirectStream(stream, { publication, method, shares, controller }), signal);
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
