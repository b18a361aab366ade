import { CallError, type ConnectOptions } from './contract.ts';
import { isCloneError, lostWorker, notCloneable } from './clone-error.ts';
import { packArguments, signalOf, type PackedArguments } from './arguments.ts';
import type { CallPlace, Way } from './call-place.ts';
import { Deadlines } from './deadlines.ts';
import { abandonCall, callDirectly, endCall, type DirectCall, type DirectOptions } from './direct-call.ts';
import { HeldStreams } from './held-stream.ts';
import { IncomingStream } from './incoming-stream.ts';
import { onAbort } from './on-abort.ts';
import { PendingCall, type CallMaker } from './pending-call.ts';
import type { Version } from './introduction.ts';
import { Link } from './link.ts';
import { Publication, targetOf } from './publication.ts';

const defaultTimeoutMs = 30_000;
const defaultWaitMs = 10_000;

/** What one worker holds of another: finds it, and finds it again whenever it has moved. */
export class WorkerClient {
  readonly #place: CallPlace;
  readonly #worker: string;
  readonly #options: ConnectOptions;
  readonly #waiting: Deadlines<PendingCall>;
  readonly #running: Deadlines<PendingCall>;
  readonly #direct: Deadlines<DirectCall>;
  readonly #streams = new HeldStreams();
  readonly #shares: boolean;
  readonly #directly: DirectOptions;
  /** One for all calls: functions made with each would be a large part of what it costs. */
  readonly #maker: CallMaker = {
    answered: (call, value) => {
      if (!this.#running.delete(call)) return;
      call.resolve(value instanceof IncomingStream ? this.#streams.hold(value, call.signal) : value);
    },
    failed: (call, error) => {
      if (!this.#running.delete(call)) return;
      call.reject(isCloneError(error) ? notCloneable(`The answer of ${this.#worker}.${call.method}()`, error) : error);
    },
    absent: (call) => {
      if (!this.#running.delete(call)) return;
      if (this.#way === call.link) this.#way = undefined;
      this.#wait(call);
    },
    lost: (call) => {
      if (!this.#running.delete(call)) return;
      if (this.#way === call.link && call.link?.open !== true) this.#way = undefined;
      call.reject(lostWorker(this.#worker, call.method));
    },
    loss: (method) => () => lostWorker(this.#worker, method),
  };
  #way: Way | undefined;
  #leave: (() => void) | undefined;
  #endpoint: string | undefined;
  #version: Version | undefined;
  #finding: AbortController | undefined;

  constructor(place: CallPlace, worker: string, options: ConnectOptions) {
    this.#place = place;
    this.#worker = worker;
    this.#options = options;
    this.#shares = options.shareValues === true;
    this.#endpoint = options.endpoint;
    const { timeoutMs = defaultTimeoutMs, waitMs = defaultWaitMs } = options;
    this.#waiting = new Deadlines(waitMs, (call) => {
      void this.#waitedInVain(call, waitMs);
    });
    this.#running = new Deadlines(timeoutMs, (call) => {
      const error = this.#timeout(call.method, timeoutMs);
      call.abort(error);
      call.reject(error);
    });
    this.#direct = new Deadlines(timeoutMs, (call) => {
      endCall(call, this.#timeout(call.method, timeoutMs));
    });
    this.#directly = { shares: this.#shares, pending: this.#direct, streams: this.#streams };
  }

  call(method: string, args: readonly unknown[]): Promise<unknown> {
    const way = this.#way;
    if (way instanceof Publication && way.open) {
      return callDirectly(way, method, args, this.#directly);
    }
    return this.#callOnItsWay(method, args, way);
  }

  /** Apart from the above, which every direct call runs: closures cost where they could be made. */
  #callOnItsWay(method: string, args: readonly unknown[], way: Way | undefined): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const packed = this.#shares ? undefined : this.#pack(method, args);
      const call = new PendingCall(this.#maker, method, args, packed, signalOf(args), resolve, reject);
      if (!this.#follow(call)) return;
      if (way instanceof Link && way.open) this.#send(way, call);
      else this.#wait(call);
    });
  }

  /** The caller is over: nobody waits for anything any more. */
  close(): void {
    const reason = new Error(`The caller of ${this.#worker} has ended.`);
    this.#finding?.abort(reason);
    this.#leave?.();
    this.#way = undefined;
    for (const call of this.#running.items()) call.abort(reason);
    for (const call of this.#direct.items()) abandonCall(call, reason);
    this.#streams.end(reason);
  }

  #pack(method: string, args: readonly unknown[]): PackedArguments {
    try {
      return packArguments(args);
    } catch (error) {
      throw notCloneable(`${this.#worker}.${method}()`, error);
    }
  }

  /** Ends the call when its caller aborts it; false when that has happened already. */
  #follow(call: PendingCall): boolean {
    const { signal } = call;
    if (!signal) return true;
    const abort = () => {
      this.#waiting.delete(call);
      this.#running.delete(call);
      call.abort(signal.reason);
      call.reject(signal.reason);
    };
    if (signal.aborted) {
      abort();
      return false;
    }
    call.forgetSignal = onAbort(signal, abort);
    return true;
  }

  #wait(call: PendingCall): void {
    this.#waiting.add(call);
    if (!this.#finding) void this.#find();
  }

  #send(link: Link, call: PendingCall): void {
    this.#running.add(call);
    const packed = call.packed ?? this.#pack(call.method, call.args);
    const number = link.call(this.#target, call.method, packed, call);
    call.sentOver(link, number);
  }

  async #find(): Promise<void> {
    const finding = new AbortController();
    this.#finding = finding;
    try {
      while (!this.#waiting.isEmpty) {
        const wanted = { worker: this.#worker, endpoint: this.#options.endpoint, after: this.#version };
        const introduction = await this.#place.introducer.introduce(wanted, finding.signal);
        this.#version = introduction.version;
        this.#endpoint = introduction.endpoint;
        const way = await this.#place.reach(introduction, this.#target);
        if (way) this.#take(way);
      }
    } catch (error) {
      for (const call of this.#waiting.items()) {
        this.#waiting.delete(call);
        call.reject(error);
      }
    } finally {
      this.#finding = undefined;
    }
  }

  /** From now on calls go this way; those that waited go now. */
  #take(way: Way): void {
    this.#leave?.();
    this.#leave = undefined;
    this.#way = way;
    if (way instanceof Link) {
      this.#leave = way.onWithdrawn(this.#target, () => {
        if (this.#way === way) this.#way = undefined;
      });
    } else {
      this.#leave = way.onLoss(() => {
        for (const call of this.#direct.items())
          if (call.publication === way) endCall(call, lostWorker(this.#worker, call.method));
      });
    }
    for (const call of this.#waiting.items()) {
      this.#waiting.delete(call);
      if (way instanceof Link) {
        this.#send(way, call);
        continue;
      }
      callDirectly(way, call.method, call.args, {
        ...this.#directly,
        ...(call.packed ? { packed: call.packed } : {}),
      }).then(
        (value) => {
          call.resolve(value);
        },
        (error: unknown) => {
          call.reject(error);
        },
      );
    }
  }

  async #waitedInVain(call: PendingCall, waitMs: number): Promise<void> {
    if (this.#waiting.isEmpty) this.#finding?.abort(new Error('Nobody waits any more.'));
    const state = await this.#place.introducer
      .explain(this.#worker, this.#options.endpoint)
      .catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
    const waited = `${call.method}() has waited ${waitMs / 1000} s for ${this.#worker}`;
    call.reject(new CallError('unavailable', `${waited}: ${state}`));
  }

  get #target(): string {
    return targetOf(this.#worker, this.#endpoint ?? '');
  }

  #timeout(method: string, timeoutMs: number): CallError {
    const message = `${this.#worker}.${method}() was not answered within ${timeoutMs / 1000} s: see the log of ${this.#worker}, or connect with a longer timeoutMs.`;
    return new CallError('timeout', message);
  }
}
