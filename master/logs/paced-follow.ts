import type { LogLine } from '../protocol.ts';
import type { AttachedReader } from './back-pressure.ts';
import type { LogStore } from './log-store.ts';

export interface PacedFollowOptions {
  readonly logs: Pick<LogStore, 'lastSeq' | 'linesAfter' | 'onWritten' | 'attach'>;
  readonly id: string;
  /** Whether the reader has so much unread that it is given no more. */
  readonly isBehind: () => boolean;
  /** `dropped` lines before these are not kept any more. */
  readonly give: (lines: readonly LogLine[], dropped: number) => void;
}

/**
 * Gives a reader every line from now on, at its own pace: the store keeps what it has not read, nobody's memory does.
 * What the store keeps no longer when the reader comes to it is counted; where workers wait, they do for it too.
 */
export class PacedFollow {
  readonly #options: PacedFollowOptions;
  readonly #unsubscribe: () => void;
  readonly #attached: AttachedReader;
  #given: number;
  #turn: NodeJS.Immediate | undefined;

  constructor(options: PacedFollowOptions) {
    this.#options = options;
    this.#given = options.logs.lastSeq(options.id);
    this.#attached = options.logs.attach({ taken: (id) => (id === options.id ? this.#given : undefined) });
    this.#unsubscribe = options.logs.onWritten((id) => {
      if (id === options.id) this.goOn();
    });
  }

  /** How many lines it has not given yet. */
  get left(): number {
    const { logs, id } = this.#options;
    return logs.lastSeq(id) - this.#given;
  }

  /** Gives at once all there is, as far as the reader takes it; returns whether nothing is left. */
  giveRest(): boolean {
    while (!this.#options.isBehind()) if (!this.#giveNext()) return true;
    return false;
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
    this.#attached.dispose();
    clearImmediate(this.#turn);
  }

  #giveSome(): void {
    if (!this.#options.isBehind() && this.#giveNext()) this.goOn();
  }

  /** Whether there was anything to give. */
  #giveNext(): boolean {
    const { logs, id, give } = this.#options;
    const lines = logs.linesAfter(id, this.#given);
    const last = lines.at(-1)?.seq;
    if (last === undefined) return false;
    give(lines, last - this.#given - lines.length);
    this.#given = last;
    this.#attached.taken(id);
    return true;
  }
}
