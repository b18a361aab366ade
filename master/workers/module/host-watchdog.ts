import type { EventLoopUtilization } from 'node:perf_hooks';
import type { HostThread } from './host-thread.ts';
import { monotonicMs } from './monotonic.ts';

export interface WatchdogLimits {
  /** A loop busy with one thing this long is worth a warning, in ms. */
  readonly slowMs: number;
  /** A loop busy with one thing this long is blocked, in ms. */
  readonly blockedMs: number;
}

export const watchdogLimits: WatchdogLimits = { slowMs: 200, blockedMs: 1000 };

/** A question on its way to a busy loop. */
export interface Question {
  /** As the thread counts what it was asked: while it has heard less, it still does what it did. */
  readonly number: number;
  /** Resolves when the loop takes it, to when that was; never where the thread ends first. */
  readonly taken: Promise<number>;
}

export interface WatchdogEvents<Sight> {
  /** Looks at what keeps the loop busy while it does, before that is known to be worth a word. */
  look(question: Question): Promise<Sight>;
  /** The loop has done nothing else for `ms`, and perhaps still does. Told once for each time. */
  slow(ms: number, sight: Promise<Sight> | undefined): void;
  /**
   * It is past the limit for blocked. Resolves to whether it really is: a machine with too much to do also makes a loop
   * late. The watchdog ends when it is, else it goes on from there.
   */
  blocked(ms: number, question: Question): Promise<boolean>;
  /** False while a debugger holds the thread: a breakpoint is no fault. */
  watching(): boolean;
  /** Loading may keep the loop longer than running may: a factor of the limits. */
  patience(): number;
}

/** How far below the limit for slow a look is taken: what is worth a warning may be over right after it. */
const lookAt = 0.6;

interface Suspicion<Sight> {
  /** When the loop became busy. */
  readonly since: number;
  readonly question: Question;
  sight?: Promise<Sight>;
  warned: boolean;
}

/**
 * Watches the loop of a thread that several modules share, from outside and without waking it while it is idle. Node
 * counts the time a loop waits; when that stands still the loop is busy, and a question that it takes late tells busy
 * with one thing from busy with many, and for how long.
 */
export class HostWatchdog<Sight> {
  readonly #thread: HostThread;
  readonly #limits: WatchdogLimits;
  readonly #events: WatchdogEvents<Sight>;
  readonly #timer: NodeJS.Timeout;
  /** Between two readings of a counter in this process, in ms. */
  readonly #stepMs: number;
  #before: EventLoopUtilization;
  /** How long the loop worked in the step before, in ms. */
  #worked = 0;
  #suspicion: Suspicion<Sight> | undefined;
  #confirming = false;

  constructor(thread: HostThread, events: WatchdogEvents<Sight>, limits: WatchdogLimits) {
    this.#thread = thread;
    this.#events = events;
    this.#limits = limits;
    this.#before = thread.measures.performance.eventLoopUtilization();
    this.#stepMs = Math.max(20, Math.min(limits.slowMs, limits.blockedMs) / 4);
    this.#timer = setInterval(() => {
      this.#step();
    }, this.#stepMs);
    this.#timer.unref();
    // The answer shows that it is up.
    if (!thread.isUp) this.#ask();
    void thread.ended.then(() => {
      this.end();
    });
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #step(): void {
    const now = this.#thread.measures.performance.eventLoopUtilization();
    const waited = now.idle - this.#before.idle;
    const worked = now.active - this.#before.active;
    const workedBefore = this.#worked;
    this.#before = now;
    this.#worked = worked;
    if (!this.#thread.isUp || !this.#events.watching()) {
      this.#suspicion = undefined;
    } else if (this.#suspicion) {
      this.#judge(this.#suspicion);
    } else if (worked * 2 >= this.#stepMs) {
      // Where it never waited, what it does may have begun in the step before.
      this.#suspect(monotonicMs() - worked - (waited === 0 ? workedBefore : 0));
    }
  }

  #suspect(since: number): void {
    const question = this.#ask();
    const suspicion: Suspicion<Sight> = { since, question, warned: false };
    this.#suspicion = suspicion;
    void question.taken.then((at) => {
      if (this.#suspicion !== suspicion) return;
      this.#suspicion = undefined;
      const busyMs = at - since;
      if (busyMs >= this.#limits.slowMs * this.#events.patience()) this.#warn(suspicion, busyMs);
    });
  }

  #judge(suspicion: Suspicion<Sight>): void {
    const busyMs = monotonicMs() - suspicion.since;
    const patience = this.#events.patience();
    if (busyMs >= this.#limits.blockedMs * patience) {
      void this.#confirm(suspicion, busyMs);
    } else if (busyMs >= this.#limits.slowMs * patience * lookAt) {
      suspicion.sight ??= this.#events.look(suspicion.question);
      if (busyMs >= this.#limits.slowMs * patience) this.#warn(suspicion, busyMs);
    }
  }

  #warn(suspicion: Suspicion<Sight>, busyMs: number): void {
    if (suspicion.warned) return;
    suspicion.warned = true;
    this.#events.slow(Math.round(busyMs), suspicion.sight);
  }

  async #confirm({ question }: Suspicion<Sight>, busyMs: number): Promise<void> {
    if (this.#confirming) return;
    this.#confirming = true;
    if (await this.#events.blocked(Math.round(busyMs), question)) this.end();
    this.#suspicion = undefined;
    this.#confirming = false;
  }

  #ask(): Question {
    const taken = this.#thread.call<'ping'>({ kind: 'ping' });
    // A thread that is gone will never answer.
    const never = () => new Promise<never>(() => undefined);
    return { number: this.#thread.asked, taken: taken.catch(never) };
  }
}
