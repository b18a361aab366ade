import type { Terminal } from './command.ts';
import { onLostLogin } from './lost-login.ts';

/** A reader that has this much unread is given no more until it has read it. Bytes. */
const backlogLimit = 1024 * 1024;

/** The standard output, as fast as its reader takes it: what it has not read yet waits elsewhere, not in memory. */
export class PacedOutput {
  /** Resolves when nobody reads any more. */
  readonly gone: Promise<void>;
  readonly #stdout: Terminal['stdout'];
  /** Told whenever the reader has read what it had, and when nobody reads any more. */
  readonly #told = new Set<(isRead: boolean) => void>();
  #isGone = false;

  constructor(stdout: Terminal['stdout']) {
    this.#stdout = stdout;
    stdout.on?.('drain', () => this.#tell(true));
    this.gone = new Promise((resolve) => {
      const gone = () => {
        this.#isGone = true;
        this.#tell(false);
        resolve();
      };
      stdout.on?.('error', gone);
      if (stdout.fd !== undefined) onLostLogin(stdout.fd, gone);
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
    this.#told.add((isRead) => {
      if (isRead) listener();
    });
  }

  /** Whether the reader has read what it had within so many milliseconds; false where nobody reads any more. */
  read(withinMs: number): Promise<boolean> {
    if (this.#isGone) return Promise.resolve(false);
    return new Promise((resolve) => {
      const answer = (isRead: boolean) => {
        clearTimeout(timer);
        this.#told.delete(answer);
        resolve(isRead);
      };
      const timer = setTimeout(() => answer(false), withinMs);
      this.#told.add(answer);
    });
  }

  #tell(isRead: boolean): void {
    for (const listener of [...this.#told]) listener(isRead);
  }
}
