import type { ControllerEnvironment } from './controller-environment.ts';
import { Schedule } from './schedule.ts';

/** Whether a worker is started by the times of its configuration at present, and when it is next. */
export class WorkerSchedule {
  readonly #env: Pick<ControllerEnvironment, 'clock' | 'changed'>;
  readonly #due: () => void;
  #schedule: Schedule | undefined;

  constructor(env: Pick<ControllerEnvironment, 'clock' | 'changed'>, due: () => void) {
    this.#env = env;
    this.#due = due;
  }

  get isOn(): boolean {
    return this.#schedule !== undefined;
  }

  /** Milliseconds since the epoch; null when it is off, or no time comes any more. */
  get next(): number | null {
    return this.#schedule?.next ?? null;
  }

  /** Goes on as it is where it is on already; returns when, as the end of a sentence. */
  keep(cron: string): string {
    this.#schedule ??= new Schedule(
      cron,
      this.#env.clock,
      () => {
        this.#env.changed();
        this.#due();
      },
      () => this.#env.changed(),
    );
    this.#env.changed();
    const { next } = this.#schedule;
    return next === null ? 'never again' : `next at ${new Date(next).toISOString()}`;
  }

  /** The configuration has changed. */
  follow(cron: string | undefined): void {
    if (!this.#schedule) return;
    this.drop();
    if (cron !== undefined) this.keep(cron);
  }

  drop(): void {
    if (!this.#schedule) return;
    this.#schedule.stop();
    this.#schedule = undefined;
    this.#env.changed();
  }
}
