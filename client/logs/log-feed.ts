import type { LogLine } from '../../master/protocol.ts';
import type { LogLines } from '../master/master-connection.ts';
import type { MasterLink } from '../master/master-link.ts';

export interface LogSink {
  /** In order, none twice, none left out but those that are counted. */
  lines(lines: readonly LogLine[]): void;
  /** So many were left out here: the master kept them no longer. */
  dropped(count: number): void;
  failed(error: unknown): void;
}

/** The output of one worker: what the master's store holds, then what comes. Goes on over restarts of the master. */
export class LogFeed {
  /** Settles when the store's lines were given for the first time. */
  readonly ready: Promise<void>;
  readonly #link: MasterLink;
  readonly #id: string;
  readonly #backlog: number;
  readonly #sink: LogSink;
  readonly #subscriptions: { dispose(): void }[];
  /** Lines that came before the store's were given. */
  #waiting: LogLines[] | undefined;
  #last = 0;

  constructor(link: MasterLink, id: string, backlog: number, sink: LogSink) {
    this.#link = link;
    this.#id = id;
    this.#backlog = backlog;
    this.#sink = sink;
    this.#subscriptions = [
      link.onLogLines((lines) => {
        if (lines.id !== id) return;
        if (this.#waiting) this.#waiting.push(lines);
        else this.#take(lines.lines, lines.dropped);
      }),
      link.onDidConnect(() => void this.#follow()),
    ];
    this.ready = this.#follow();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** Following first and reading the store second loses no line; the sequence numbers drop the doubles. */
  async #follow(): Promise<void> {
    if (this.#waiting) return;
    this.#waiting = [];
    try {
      await this.#link.ask((master) => master.follow(this.#id));
      const stored = await this.#link.ask((master) => master.logs({ id: this.#id, lines: this.#backlog }));
      // A store that was cleared counts from 1 again.
      if ((stored.at(-1)?.seq ?? 0) < this.#last) this.#last = 0;
      this.#take(stored, 0);
      for (const { lines, dropped } of this.#waiting) this.#take(lines, dropped);
    } catch (error) {
      this.#sink.failed(error);
    } finally {
      this.#waiting = undefined;
    }
  }

  #take(lines: readonly LogLine[], dropped: number): void {
    const fresh = lines.filter(({ seq }) => seq > this.#last);
    this.#last = fresh.at(-1)?.seq ?? this.#last;
    if (dropped > 0) this.#sink.dropped(dropped);
    if (fresh.length > 0) this.#sink.lines(fresh);
  }
}
