import type { ResolvedWorker } from '../config/deployment.ts';
import { decideRestart, type Ending, type RestartDecision } from '../lifecycle/restart-policy.ts';
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
  #isExpected = false;
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

  /** It is going to be started by itself, now or after a pause: a later master must do so in this one's place. */
  get isExpected(): boolean {
    return this.#isExpected;
  }

  /** Looks ahead to what `plan` will say when what is left of the run has been ended. */
  expect(resolved: ResolvedWorker, ending: Ending, ranForMs: number): void {
    this.#isExpected = isStart(this.#decide(resolved, ending, ranForMs));
  }

  /** A person wants the worker started: what failed before does not count. */
  forget(): void {
    this.#attempts = 0;
    this.#times = [];
  }

  /** Plans what the policy wants after an ending; returns a sentence where there is more to say than that. */
  plan(resolved: ResolvedWorker, ending: Ending, ranForMs: number): string | undefined {
    const decision = this.#decide(resolved, ending, ranForMs);
    this.#isExpected = isStart(decision);
    if (decision.action === 'rest') return undefined;
    if (decision.action === 'give-up') return decision.why ? `Not restarted: ${decision.why}.` : undefined;
    if (decision.action === 'bring-back') {
      this.#wait(0);
      return undefined;
    }
    this.#attempts = decision.attempts;
    this.#times = [...this.#times.slice(1 - restartTimesKept), this.#env.clock.elapsed()];
    this.#wait(decision.delayMs);
    return decision.why ? `Not restarted at once: ${decision.why}.` : undefined;
  }

  /** The worker is started or stopped: nothing is waited for any more. */
  drop(): void {
    const isChanged = this.#isExpected || this.#retryAt !== null;
    this.#isExpected = false;
    this.#cancel?.();
    this.#cancel = undefined;
    if (!isChanged) return;
    this.#retryAt = null;
    this.#env.changed();
  }

  #wait(ms: number): void {
    const { clock } = this.#env;
    this.#retryAt = clock.now() + ms;
    this.#cancel = clock.after(ms, () => {
      this.#cancel = undefined;
      this.#retryAt = null;
      this.#env.changed();
      this.#due();
    });
  }

  #decide({ config: { restart, profile } }: ResolvedWorker, ending: Ending, ranForMs: number): RestartDecision {
    const { clock, random } = this.#env;
    return decideRestart(restart, ending, {
      attempts: this.#attempts,
      ranForMs,
      restartTimes: this.#times,
      now: clock.elapsed(),
      profile,
      random: random?.() ?? 0.5,
    });
  }
}

function isStart({ action }: RestartDecision): boolean {
  return action === 'retry' || action === 'bring-back';
}
