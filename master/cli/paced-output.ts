import type { Terminal } from './command.ts';

/** A reader that has this much unread is given no more until it has read it. Bytes. */
const backlogLimit = 1024 * 1024;

/** The standard output, as fast as its reader takes it: what it has not read yet waits elsewhere, not in memory. */
export class PacedOutput {
  /** Resolves when nobody reads any more. */
  readonly gone: Promise<void>;
  readonly #stdout: Terminal['stdout'];
  #isGone = false;

  constructor(stdout: Terminal['stdout']) {
    this.#stdout = stdout;
    this.gone = new Promise((resolve) => {
      stdout.on?.('error', () => {
        this.#isGone = true;
        resolve();
      });
    });
  }

  get isBehind(): boolean {
    return !this.#isGone && (this.#stdout.writableLength ?? 0) > backlogLimit;
  }

  write(text: string): void {
    if (!this.#isGone) this.#stdout.write(text);
  }

  /** Called whenever the reader has read what it had. */
  onRead(listener: () => void): void {
    this.#stdout.on?.('drain', listener);
  }

  /** Whether the reader has read what it had within so many milliseconds; false where nobody reads any more. */
  read(withinMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), withinMs);
      const answer = (isRead: boolean) => {
        clearTimeout(timer);
        resolve(isRead);
      };
      this.onRead(() => answer(true));
      void this.gone.then(() => answer(false));
    });
  }
}
