import type { ResolvedWorker } from '../config/deployment.ts';
import { decideRestart, type Ending } from '../lifecycle/restart-policy.ts';
import type { ControllerEnvironment } from './controller-environment.ts';

/** A budget over a window looks back over at most so many restarts. */
const restartTimesKept = 1000;

/** The automatic starts of a worker: how many there were, and the one that is waited for. */
export class Retries {
  readonly #env: Pick<ControllerEnvironment, 'clock' | 'changed' | 'random'>;
  readonly #due: () => void;
  #attempts = 0;
  #times: readonly number[] = [];
  #retryAt: number | null = null;
  #cancel: (() => void) | undefined;

  /** `due` is called when a pause is over. */
  constructor(env: Pick<ControllerEnvironment, 'clock' | 'changed' | 'random'>, due: () => void) {
    this.#env = env;
    this.#due = due;
  }

  /** Milliseconds since the epoch; null when no retry is waited for. */
  get at(): number | null {
    return this.#retryAt;
  }

  /** A person wants the worker started: what failed before does not count. */
  forget(): void {
    this.#attempts = 0;
    this.#times = [];
  }

  /** Plans what the policy wants after an ending; returns a sentence where there is more to say than that. */
  plan({ config: { restart, profile } }: ResolvedWorker, ending: Ending, ranForMs: number): string | undefined {
    const { clock, random } = this.#env;
    const now = clock.now();
    const decision = decideRestart(restart, ending, {
      attempts: this.#attempts,
      ranForMs,
      restartTimes: this.#times,
      now,
      profile,
      random: random?.() ?? 0.5,
    });
    if (decision.action === 'rest') return undefined;
    if (decision.action === 'give-up') return decision.why ? `Not restarted: ${decision.why}.` : undefined;
    this.#attempts = decision.attempts;
    this.#times = [...this.#times.slice(1 - restartTimesKept), now];
    this.#retryAt = now + decision.delayMs;
    this.#cancel = clock.after(decision.delayMs, () => {
      this.drop();
      this.#due();
    });
    return decision.why ? `Not restarted at once: ${decision.why}.` : undefined;
  }

  drop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#retryAt === null) return;
    this.#retryAt = null;
    this.#env.changed();
  }
}
