import type { LogLine } from '../protocol.ts';
import type { LogStore } from './log-store.ts';

export interface PacedFollowOptions {
  readonly logs: Pick<LogStore, 'lastSeq' | 'linesAfter' | 'onWritten'>;
  readonly id: string;
  /** Whether the reader has so much unread that it is given no more. */
  readonly isBehind: () => boolean;
  /** `dropped` lines before these are not kept any more. */
  readonly give: (lines: readonly LogLine[], dropped: number) => void;
}

/**
 * Gives a reader every line from now on, at its own pace: the store keeps what it has not read, nobody's memory does.
 * What the store keeps no longer when the reader comes to it is counted.
 */
export class PacedFollow {
  readonly #options: PacedFollowOptions;
  readonly #unsubscribe: () => void;
  #given: number;
  #turn: NodeJS.Immediate | undefined;

  constructor(options: PacedFollowOptions) {
    this.#options = options;
    this.#given = options.logs.lastSeq(options.id);
    this.#unsubscribe = options.logs.onWritten((id) => {
      if (id === options.id) this.goOn();
    });
  }

  /** Called when the reader may have read what it had. */
  goOn(): void {
    // Not at once: lines are being taken in, and others want their turn.
    this.#turn ??= setImmediate(() => {
      this.#turn = undefined;
      this.#giveSome();
    });
  }

  dispose(): void {
    this.#unsubscribe();
    clearImmediate(this.#turn);
  }

  #giveSome(): void {
    const { logs, id, isBehind, give } = this.#options;
    if (isBehind()) return;
    const lines = logs.linesAfter(id, this.#given);
    const last = lines.at(-1)?.seq;
    if (last === undefined) return;
    give(lines, last - this.#given - lines.length);
    this.#given = last;
    this.goOn();
  }
}
