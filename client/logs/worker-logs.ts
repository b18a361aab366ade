import * as vscode from 'vscode';
import { stripVTControlCharacters } from 'node:util';
import type { LogLine } from '../../master/protocol.ts';
import type { LogLines } from '../master/master-connection.ts';
import type { MasterLink } from '../master/master-link.ts';
import { logLevel } from './log-level.ts';

const backlog = 2_000;
/** A line that waited longer than this carries its own time beside the channel's. */
const lateMs = 2_000;

/** The output channel of one worker: made when first asked for, filled from the master's store, then as lines come. */
export class WorkerLogs implements vscode.Disposable {
  readonly #link: MasterLink;
  readonly #id: string;
  readonly #channel: vscode.LogOutputChannel;
  readonly #subscriptions: { dispose(): void }[];
  /** Lines that came before the store's were written. */
  #waiting: LogLines[] | undefined;
  #last = 0;

  constructor(link: MasterLink, id: string, name: string) {
    this.#link = link;
    this.#id = id;
    this.#channel = vscode.window.createOutputChannel(name, { log: true });
    this.#subscriptions = [
      link.onLogLines((lines) => {
        if (lines.id !== id) return;
        if (this.#waiting) this.#waiting.push(lines);
        else this.#write(lines.lines, lines.dropped);
      }),
      link.onDidConnect(() => void this.#follow()),
    ];
    void this.#follow();
  }

  show(): void {
    this.#channel.show(true);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#channel.dispose();
  }

  /** Following first and reading the store second loses no line; the sequence numbers drop the doubles. */
  async #follow(): Promise<void> {
    if (this.#waiting) return;
    this.#waiting = [];
    try {
      await this.#link.ask((master) => master.follow(this.#id));
      const stored = await this.#link.ask((master) => master.logs({ id: this.#id, lines: backlog }));
      // A store that was cleared counts from 1 again.
      if ((stored.at(-1)?.seq ?? 0) < this.#last) this.#last = 0;
      this.#write(stored, 0);
      for (const { lines, dropped } of this.#waiting) this.#write(lines, dropped);
    } catch (error) {
      this.#channel.warn(vscode.l10n.t('The output cannot be read: {0}', String(error)));
    } finally {
      this.#waiting = undefined;
    }
  }

  #write(lines: readonly LogLine[], dropped: number): void {
    for (const line of lines) {
      if (line.seq <= this.#last) continue;
      this.#last = line.seq;
      const text = stripVTControlCharacters(line.text);
      const late = Date.now() - Date.parse(line.time) > lateMs;
      this.#channel[logLevel(text)](late ? `[${line.time}] ${text}` : text);
    }
    if (dropped > 0)
      this.#channel.warn(vscode.l10n.t('{0} lines were left out here: the output came too fast.', dropped));
  }
}
