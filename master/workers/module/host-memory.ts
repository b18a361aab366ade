import { setTimeout as wait } from 'node:timers/promises';
import type { Question } from './host-watchdog.ts';
import type { HeapGrowth } from './host-protocol.ts';
import type { HostThread } from './host-thread.ts';
import { ThreadMemory } from './thread-memory.ts';
import { watchMemory } from './watch-memory.ts';

/** From this share of the limit on it is noted who takes memory, and below that one nobody is suspected any more. */
const suspicious = 0.5;
const calm = 0.4;

/** Meanwhile it is asked who does so often, in ms, and whenever it has grown by so much of its limit. */
const askMs = 250;
const askAt = 0.1;

/** How long a full thread may take to say who filled it, or to be seen filling it, on a busy machine too, in ms. */
const tellMs = 2000;
/** How long one that does not answer is left to add more, which shows that it does, in ms. */
const addMs = 25;

/** Whose code added so much of what came since it was half full filled it. */
const mostOf = 0.5;

export interface HostMemoryLimit {
  readonly bytes: number;
  /** Buffers count too. */
  readonly buffers: boolean;
}

export interface HostMemoryEvents<Sight> {
  /** Looks at what keeps the loop busy while it does. */
  look(question: Question): Promise<Sight | undefined>;
  /** `sight`: what has kept the loop busy while most was added, without a pause in which the thread could say more. */
  full(growth: HeapGrowth | undefined, sight: Sight | undefined): void;
}

/** Who fills a thread, asked when it held so much. */
interface Asked {
  readonly question: Question;
  readonly bytes: number;
  readonly at: number;
  readonly answered: Promise<void>;
  isAnswered: boolean;
}

/** Watches from outside what the modules of a shared thread hold together: a loop that never comes back tells nothing. */
export class HostMemory<Sight> {
  readonly #thread: HostThread;
  readonly #limit: HostMemoryLimit;
  readonly #events: HostMemoryEvents<Sight>;
  readonly #memory: ThreadMemory;
  #growth: HeapGrowth | undefined;
  /** The first and the last time it was asked since it was half full. */
  #first: Asked | undefined;
  #last: Asked | undefined;

  constructor(thread: HostThread, limit: HostMemoryLimit, events: HostMemoryEvents<Sight>) {
    this.#thread = thread;
    this.#limit = limit;
    this.#events = events;
    this.#memory = new ThreadMemory(thread, limit);
    const over = new AbortController();
    void thread.ended.then(() => {
      over.abort();
    });
    void watchMemory({
      memory: this.#memory,
      limitBytes: limit.bytes,
      signal: over.signal,
      seen: (bytes) => {
        this.#follow(bytes);
      },
      exceeded: (bytes) => {
        over.abort();
        void this.#tell(bytes);
      },
    });
  }

  /** What its memory was taken for since it was half full, as it said last. */
  get growth(): HeapGrowth | undefined {
    return this.#growth;
  }

  #follow(bytes: number): void {
    const last = this.#last;
    if (!last) {
      if (bytes >= this.#limit.bytes * suspicious) this.#ask(bytes);
    } else if (bytes < this.#limit.bytes * calm) {
      this.#first = undefined;
      this.#last = undefined;
      this.#growth = undefined;
      void this.#thread.call<'calm'>({ kind: 'calm' }).catch(() => undefined);
    } else if (last.isAnswered) {
      const grown = bytes - last.bytes;
      if (performance.now() - last.at >= askMs || grown >= this.#limit.bytes * askAt) this.#ask(bytes);
    }
  }

  #ask(bytes: number): Asked {
    const answer = this.#thread.call<'heap-growth'>({ kind: 'heap-growth', buffers: this.#limit.buffers });
    const never = () => new Promise<never>(() => undefined);
    const question = { number: this.#thread.asked, taken: answer.then(() => performance.now(), never) };
    const answered = answer.then(
      (growth) => {
        this.#growth = growth;
        asked.isAnswered = true;
      },
      () => undefined,
    );
    const asked: Asked = { question, bytes, at: performance.now(), answered, isAnswered: false };
    this.#first ??= asked;
    this.#last = asked;
    return asked;
  }

  /** Either the thread answers, or its loop is seen to add ever more meanwhile. */
  async #tell(held: number): Promise<void> {
    const asked = this.#last && !this.#last.isAnswered ? this.#last : this.#ask(held);
    const until = performance.now() + tellMs;
    let sight: Sight | undefined;
    for (let bytes = held; !asked.isAnswered && performance.now() < until;) {
      if (this.#hasAddedMostSince(asked, bytes)) {
        const late = wait(until - performance.now(), undefined, { ref: false });
        sight = await Promise.race([this.#events.look(asked.question), late]);
        break;
      }
      await Promise.race([asked.answered, wait(addMs, undefined, { ref: false })]);
      bytes = (await this.#memory.read()) ?? bytes;
    }
    this.#events.full(this.#growth, sight);
  }

  #hasAddedMostSince(asked: Asked, bytes: number): boolean {
    const first = this.#first ?? asked;
    return bytes - asked.bytes >= (bytes - first.bytes) * mostOf;
  }
}
