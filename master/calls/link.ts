import { CallError } from './contract.ts';
import type { Channel, OpenChannel } from './channel.ts';
import type { PackedArguments } from './arguments.ts';
import { describeFailure, reviveFailure } from './failure.ts';
import type { AnswerFrame, CallerFrame, Frame } from './frame.ts';
import { IncomingStream } from './incoming-stream.ts';
import type { Publication } from './publication.ts';
import { ServedCall, type Caller } from './served-call.ts';

/** Who waits for the answer to a call over a link. */
export interface LinkCall {
  answered(value: unknown): void;
  failed(error: unknown): void;
  /** Nothing of that name is published there now: the call has not begun. */
  absent(): void;
  /** The worker, or the whole place, ended while it may have been at it. */
  lost(): void;
  /** What the reader of a stream that it was answered with is told in that case. */
  readonly loss: () => Error;
}

/** Leads to one other place, for calls in both directions. */
export class Link {
  readonly #channel: Channel;
  readonly #find: (target: string) => Publication | undefined;
  readonly #calls = new Map<number, LinkCall>();
  readonly #streams = new Map<number, IncomingStream>();
  readonly #served = new Map<number, ServedCall>();
  readonly #caller: Caller = {
    post: (answer) => {
      this.#channel.post(answer);
    },
    done: (number) => {
      this.#served.delete(number);
    },
  };
  readonly #users = new Map<string, Set<() => void>>();
  readonly #withdrawals = new Map<number, () => void>();
  readonly closed: Promise<void>;
  #open = true;
  #isLeaving = false;
  #held = false;
  #keepsAlive = false;
  #numbers = 0;

  constructor(openChannel: OpenChannel, find: (target: string) => Publication | undefined) {
    this.#find = find;
    let closed: () => void = () => undefined;
    this.closed = new Promise((resolve) => {
      closed = resolve;
    });
    this.#channel = openChannel({
      received: (frame) => {
        this.#receive(frame);
      },
      unsendable: (frame, error) => {
        this.#unsendable(frame, error);
      },
      closed: () => {
        this.#end();
        closed();
      },
    });
  }

  get open(): boolean {
    return this.#open;
  }

  /** Returns the call's number, by which it can be aborted. */
  call(target: string, method: string, { values, signals }: PackedArguments, call: LinkCall): number {
    const number = ++this.#numbers;
    this.#calls.set(number, call);
    this.#hold();
    this.#channel.post(
      signals ? ['call', number, target, method, values, signals] : ['call', number, target, method, values],
    );
    return number;
  }

  /** Lets the other side know that the caller waits no longer. */
  abort(number: number, reason: unknown): void {
    if (!this.#calls.delete(number)) return;
    this.#channel.post(['abort', number, describeFailure(reason)]);
    this.#hold();
  }

  /** A call as a promise, for what places have to say to each other; the function gets the signal last. */
  request(target: string, method: string, values: readonly unknown[], signal?: AbortSignal): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const loss = () => new CallError('no-master', 'The other side is gone.');
      const gone = () => {
        reject(loss());
      };
      if (!this.#open) {
        gone();
        return;
      }
      const packed: PackedArguments = signal
        ? { values: [...values, undefined], signals: [{ index: values.length, property: false }] }
        : { values, signals: undefined };
      const number = this.call(target, method, packed, {
        answered: resolve,
        failed: reject,
        absent: gone,
        lost: gone,
        loss,
      });
      signal?.addEventListener(
        'abort',
        () => {
          this.abort(number, signal.reason);
          reject(signal.reason as Error);
        },
        { once: true },
      );
    });
  }

  /** Called when the target is about to go: what is called from then on goes another way. Returns the way to end it. */
  onWithdrawn(target: string, leave: () => void): () => void {
    const users = this.#users.get(target) ?? new Set();
    this.#users.set(target, users.add(leave));
    return () => {
      users.delete(leave);
      if (users.size === 0 && this.#users.get(target) === users) this.#users.delete(target);
    };
  }

  /** Tells the other side that the target is about to go; resolves when no call of it is on its way any more. */
  withdraw(target: string): Promise<void> {
    if (!this.#open) return Promise.resolve();
    const number = ++this.#numbers;
    return new Promise((resolve) => {
      this.#withdrawals.set(number, resolve);
      this.#channel.post(['withdrawn', number, target]);
    });
  }

  /** Resolves when the other side has heard of this link, or is gone: from then on it says when it leaves. */
  greet(): Promise<void> {
    return this.withdraw('');
  }

  /** The place ends: begins nothing any more, and tells the other side so. */
  leave(): void {
    if (!this.#open || this.#isLeaving) return;
    this.#isLeaving = true;
    this.#channel.post(['bye', 0]);
  }

  /** Keeps the process or thread alive as long as this is so, beside what is waited for. */
  keepAlive(keeps: boolean): void {
    this.#keepsAlive = keeps;
    this.#hold();
  }

  close(): void {
    this.#channel.close();
  }

  #receive(frame: Frame): void {
    switch (frame[0]) {
      case 'call':
      case 'abort':
      case 'pull':
      case 'close':
        this.#serve(frame);
        return;
      case 'left':
        this.#withdrawals.get(frame[1])?.();
        this.#withdrawals.delete(frame[1]);
        return;
      case 'withdrawn':
        for (const leave of [...(this.#users.get(frame[2]) ?? [])]) leave();
        this.#channel.post(['left', frame[1]]);
        return;
      case 'bye':
        this.#left();
        return;
      default:
        this.#hear(frame);
    }
  }

  #serve(frame: Exclude<CallerFrame, readonly ['left', number]>): void {
    const [kind, number] = frame;
    if (kind !== 'call') {
      this.#served.get(number)?.heard(frame);
      return;
    }
    const [, , target, method, values, signals] = frame;
    const publication = this.#isLeaving ? undefined : this.#find(target);
    if (!publication?.open) {
      this.#channel.post(['absent', number]);
      return;
    }
    const call = new ServedCall(number, publication, this.#caller);
    this.#served.set(number, call);
    call.begin(method, { values, signals });
  }

  #hear(frame: AnswerFrame): void {
    const [kind, number] = frame;
    const stream = this.#streams.get(number);
    if (stream) {
      if (stream.heard(frame)) this.#forget(this.#streams, number);
      return;
    }
    const call = this.#calls.get(number);
    // Whoever called waits no longer.
    if (!call) {
      if (kind === 'stream') this.#channel.post(['close', number]);
      return;
    }
    this.#forget(this.#calls, number);
    switch (kind) {
      case 'value':
        call.answered(frame[2]);
        return;
      case 'failure':
        call.failed(reviveFailure(frame[2]));
        return;
      case 'absent':
        call.absent();
        return;
      case 'lost':
        call.lost();
        return;
      case 'stream': {
        const post = (said: CallerFrame) => {
          this.#channel.post(said);
        };
        const incoming = new IncomingStream(number, post, call.loss);
        this.#streams.set(number, incoming);
        this.#hold();
        call.answered(incoming);
        return;
      }
      case 'item':
      case 'end':
        // Of a stream that nobody reads any more.
        return;
    }
  }

  #unsendable(frame: Frame, error: unknown): void {
    const [kind, number] = frame;
    if (kind === 'call') {
      const call = this.#calls.get(number);
      this.#forget(this.#calls, number);
      call?.failed(error);
    } else if (kind === 'value' || kind === 'item') {
      this.#channel.post(['failure', number, describeFailure(error)]);
    }
  }

  #forget(from: Map<number, unknown>, number: number): void {
    from.delete(number);
    this.#hold();
  }

  /** The process stays alive while anything is waited for. */
  #hold(): void {
    const wanted = this.#keepsAlive || this.#calls.size + this.#streams.size > 0;
    if (wanted === this.#held) return;
    this.#held = wanted;
    if (wanted) this.#channel.hold();
    else this.#channel.release();
  }

  /** The other side has begun nothing that it has not answered. */
  #left(): void {
    this.#open = false;
    const unbegun = [...this.#calls.values()];
    this.#calls.clear();
    this.#hold();
    for (const call of unbegun) call.absent();
    this.#forgetWithdrawals();
    // The other side waits for that: what is written to a socket that is closed already takes with it what came over it.
    this.#channel.close();
  }

  #forgetWithdrawals(): void {
    for (const done of this.#withdrawals.values()) done();
    this.#withdrawals.clear();
  }

  #end(): void {
    this.#open = false;
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const call of calls) call.lost();
    for (const stream of this.#streams.values()) stream.lose();
    this.#streams.clear();
    for (const served of this.#served.values()) served.abandon();
    this.#served.clear();
    this.#forgetWithdrawals();
    this.#users.clear();
  }
}
