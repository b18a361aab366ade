export interface DrawBudgetOptions {
  /** So many draws may follow each other at once. */
  readonly burst: number;
  /** One more may come after each such time. Milliseconds. */
  readonly everyMs: number;
  /** Milliseconds since some moment; never goes back. */
  readonly now?: () => number;
}

/** How often something is drawn: a few times at once where little happens, now and then where it never stops. */
export class DrawBudget {
  readonly #options: Required<DrawBudgetOptions>;
  /** When the whole burst is there again. */
  #wholeAt = Number.NEGATIVE_INFINITY;

  constructor(options: DrawBudgetOptions) {
    this.#options = { now: () => performance.now(), ...options };
  }

  /** So long until the next draw may come; 0 where it may now. Milliseconds. */
  get waitMs(): number {
    const { burst, everyMs, now } = this.#options;
    return Math.max(0, this.#wholeAt - (burst - 1) * everyMs - now());
  }

  spend(): void {
    const { everyMs, now } = this.#options;
    this.#wholeAt = Math.max(this.#wholeAt, now()) + everyMs;
  }
}
