import { unpackArguments, type PackedArguments } from './arguments.ts';
import { copyValue } from './copy-value.ts';
import { describeFailure, reviveFailure } from './failure.ts';
import type { CallerFrame, AnswerFrame } from './frame.ts';
import { OutgoingStream } from './outgoing-stream.ts';
import type { Publication } from './publication.ts';
import { asStream, isThenable } from './result-kind.ts';

/** Where calls come from. */
export interface Caller {
  post(frame: AnswerFrame): void;
  /** Nothing is to be heard for this call any more. */
  done(number: number): void;
}

/** One call that came over a link, until its last frame has gone back. */
export class ServedCall {
  readonly #number: number;
  readonly #publication: Publication;
  readonly #caller: Caller;
  #abort: AbortController | undefined;
  #stream: OutgoingStream | undefined;
  #answered = false;
  #counted = false;

  constructor(number: number, publication: Publication, caller: Caller) {
    this.#number = number;
    this.#publication = publication;
    this.#caller = caller;
    publication.watch(this);
  }

  begin(method: string, packed: PackedArguments): void {
    if (packed.signals) this.#abort = new AbortController();
    this.#publication.begin();
    this.#counted = true;
    try {
      const result = this.#publication.invoke(method, unpackArguments(packed, this.#abort?.signal));
      if (isThenable(result)) {
        result.then(
          (value) => {
            this.#settle(value);
          },
          (error: unknown) => {
            this.#fail(error);
          },
        );
      } else {
        this.#settle(result);
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  heard(frame: Exclude<CallerFrame, readonly ['call' | 'left', ...unknown[]]>): void {
    switch (frame[0]) {
      case 'abort': {
        const reason = reviveFailure(frame[2]);
        // The caller waits no longer, and nor does a worker that is to stop.
        this.#uncount();
        this.#publication.enter(() => this.#abort?.abort(reason));
        return;
      }
      case 'pull':
        this.#stream?.pull(frame[2]);
        return;
      case 'close':
        this.#stream?.close();
    }
  }

  /** The worker has ended. */
  lost(): void {
    this.#answer(['lost', this.#number]);
    this.abandon();
  }

  /** Nobody waits for the answer any more, or nobody gives it. */
  abandon(): void {
    const reason = new Error('The caller is gone.');
    this.#publication.enter(() => this.#abort?.abort(reason));
    this.#stream?.close();
    this.#over();
  }

  #settle(value: unknown): void {
    const stream = asStream(value);
    if (!stream) {
      this.#answerWith(() => ['value', this.#number, copyValue(value)]);
      return;
    }
    if (this.#answered) return;
    this.#uncount();
    this.#caller.post(['stream', this.#number]);
    this.#stream = new OutgoingStream(this.#publication, stream, {
      item: (item) => {
        if (!this.#answered) this.#caller.post(['item', this.#number, copyValue(item)]);
      },
      end: () => {
        this.#answer(['end', this.#number]);
      },
      fail: (error) => {
        this.#answer(['failure', this.#number, describeFailure(error)]);
      },
    });
  }

  #fail(error: unknown): void {
    this.#answerWith(() => ['failure', this.#number, describeFailure(error)]);
  }

  #answerWith(make: () => AnswerFrame): void {
    try {
      this.#answer(make());
    } catch (error) {
      this.#answer(['failure', this.#number, describeFailure(error)]);
    }
  }

  #answer(frame: AnswerFrame): void {
    if (this.#answered) return;
    this.#caller.post(frame);
    this.#over();
  }

  /** A stream may go on for ever: a worker that is to stop does not wait for it. */
  #uncount(): void {
    if (this.#counted) this.#publication.end();
    this.#counted = false;
  }

  #over(): void {
    this.#answered = true;
    this.#uncount();
    this.#publication.unwatch(this);
    this.#caller.done(this.#number);
  }
}
