import type { PackedArguments } from './arguments.ts';
import type { Timed } from './deadlines.ts';
import type { Link, LinkCall } from './link.ts';

/** Who made calls, and hears how each went: see `LinkCall`. */
export interface CallMaker {
  answered(call: PendingCall, value: unknown): void;
  failed(call: PendingCall, error: unknown): void;
  absent(call: PendingCall): void;
  lost(call: PendingCall): void;
  /** Knows nothing of the call: a stream that the call was answered with would keep its promise, and that the stream. */
  loss(method: string): () => Error;
}

/** A call that goes the long way: it may wait for its worker, and then for its answer. */
export class PendingCall implements Timed<PendingCall>, LinkCall {
  round = 0;
  heldBy: object | undefined;
  older: PendingCall | undefined;
  newer: PendingCall | undefined;
  /** Where it was sent last. */
  link: Link | undefined;
  #number = 0;
  readonly #maker: CallMaker;
  readonly method: string;
  readonly args: readonly unknown[];
  /** Copied when the call was made, unless values are shared. */
  readonly packed: PackedArguments | undefined;
  readonly signal: AbortSignal | undefined;
  /** Set while the caller's signal is listened to. */
  forgetSignal: (() => void) | undefined;
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (error: unknown) => void;

  constructor(
    maker: CallMaker,
    method: string,
    args: readonly unknown[],
    packed: PackedArguments | undefined,
    signal: AbortSignal | undefined,
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
  ) {
    this.#maker = maker;
    this.method = method;
    this.args = args;
    this.packed = packed;
    this.signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  answered(value: unknown): void {
    this.#maker.answered(this, value);
  }

  failed(error: unknown): void {
    this.#maker.failed(this, error);
  }

  absent(): void {
    this.#maker.absent(this);
  }

  lost(): void {
    this.#maker.lost(this);
  }

  get loss(): () => Error {
    return this.#maker.loss(this.method);
  }

  resolve(value: unknown): void {
    this.forgetSignal?.();
    this.#resolve(value);
  }

  reject(error: unknown): void {
    this.forgetSignal?.();
    this.#reject(error);
  }

  sentOver(link: Link, number: number): void {
    this.link = link;
    this.#number = number;
  }

  /** Lets the worker know that nobody waits any longer. */
  abort(reason: unknown): void {
    this.link?.abort(this.#number, reason);
  }
}
