import type { MasterLogLevel } from './config/deployment.ts';
import { neutraliseText } from './logs/neutralise.ts';

const levels: readonly MasterLogLevel[] = ['trace', 'debug', 'info', 'warn', 'error'];

/** What the master says of itself, on its stderr, from a level on. */
export class MasterLog {
  readonly #write: (sentence: string) => void;
  #least: MasterLogLevel = 'info';

  constructor(write: (sentence: string) => void) {
    this.#write = write;
  }

  /** From now on; without one what is usual. */
  set level(level: MasterLogLevel | undefined) {
    this.#least = level ?? 'info';
  }

  says(level: MasterLogLevel): boolean {
    return levels.indexOf(level) >= levels.indexOf(this.#least);
  }

  say(level: MasterLogLevel, sentence: string): void {
    // The name of a process or an error of another program may stand in it.
    if (this.says(level)) this.#write(neutraliseText(sentence));
  }
}
