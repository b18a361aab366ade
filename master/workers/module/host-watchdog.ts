import type { EventLoopUtilization } from 'node:perf_hooks';
import type { HostThread } from './host-thread.ts';

export interface WatchdogLimits {
  /** A loop busy with one thing this long is worth a warning, in ms. */
  readonly slowMs: number;
  /** A loop busy with one thing this long is blocked, in ms. */
  readonly blockedMs: number;
}

export const watchdogLimits: WatchdogLimits = { slowMs: 200, blockedMs: 1000 };

export interface WatchdogEvents {
  /** The loop has done nothing else for `ms` and still is not back. Told once until it is. */
  slow(ms: number): void;
  /**
   * The same, past the limit for blocked. Resolves to whether it really is: a machine with too much to do also makes a
   * loop late. The watchdog ends when it is, else it goes on from there.
   */
  blocked(ms: number, answered: Promise<void>): Promise<boolean>;
  /** False while a debugger holds the thread: a breakpoint is no fault. */
  watching(): boolean;
  /** Loading may keep the loop longer than running may: a factor of the limits. */
  patience(): number;
}

/**
 * Watches the loop of a thread that several modules share. Node counts the time a loop waits; while that stands still
 * the loop is busy, and a question it does not answer tells busy with one thing from busy with many.
 */
export class HostWatchdog {
  readonly #thread: HostThread;
  readonly #limits: WatchdogLimits;
  readonly #events: WatchdogEvents;
  readonly #timer: NodeJS.Timeout;
  /** Between two looks, in ms: each is one reading of a counter in this process. */
  readonly #lookMs: number;
  #before: EventLoopUtilization;
  #suspectedAt: number | undefined;
  #answered: Promise<void> = Promise.resolve();
  #warned = false;
  #confirming = false;

  constructor(thread: HostThread, events: WatchdogEvents, limits: WatchdogLimits) {
    this.#thread = thread;
    this.#events = events;
    this.#limits = limits;
    this.#before = thread.measures.performance.eventLoopUtilization();
    this.#lookMs = Math.max(25, Math.min(limits.slowMs / 2, limits.blockedMs / 4));
    this.#timer = setInterval(() => {
      this.#look();
    }, this.#lookMs);
    this.#timer.unref();
    void thread.ended.then(() => {
      this.end();
    });
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = this.#thread.measures.performance.eventLoopUtilization();
    const waited = now.idle - this.#before.idle;
    const worked = now.active - this.#before.active;
    this.#before = now;
    if (waited > 0 || worked === 0 || !this.#events.watching()) {
      this.#suspectedAt = undefined;
      return;
    }
    if (this.#suspectedAt === undefined) {
      this.#ask(performance.now() - this.#lookMs);
      return;
    }
    const busyMs = Math.round(performance.now() - this.#suspectedAt);
    const patience = this.#events.patience();
    if (busyMs >= this.#limits.blockedMs * patience) {
      void this.#confirm(busyMs);
    } else if (busyMs >= this.#limits.slowMs * patience && !this.#warned) {
      this.#warned = true;
      this.#events.slow(busyMs);
    }
  }

  async #confirm(busyMs: number): Promise<void> {
    if (this.#confirming) return;
    this.#confirming = true;
    if (await this.#events.blocked(busyMs, this.#answered)) this.end();
    this.#suspectedAt = undefined;
    this.#confirming = false;
  }

  #ask(since: number): void {
    this.#suspectedAt = since;
    this.#warned = false;
    this.#answered = this.#thread.call<'ping'>({ kind: 'ping' }).then(
      () => {
        if (this.#suspectedAt === since) this.#suspectedAt = undefined;
      },
      // The thread is gone: it will never answer.
      () => new Promise<void>(() => undefined),
    );
  }
}
