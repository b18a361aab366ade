import type * as vscode from 'vscode';
import { neutralise } from '../../master/logs/neutralise.ts';
import type { LogLine } from '../../master/protocol.ts';
import { logLevel } from './log-level.ts';

/** A line that waited longer than this carries its own time beside the channel's. Milliseconds. */
const lateMs = 2_000;

/** The extension host has others to serve: after this long the rest waits for its next turn. Milliseconds. */
const turnMs = 2;

type LogChannel = Pick<vscode.LogOutputChannel, 'info' | 'warn' | 'error'>;

type Entry = { readonly line: LogLine; readonly prefix: string } | { readonly warning: string };

/** Writes lines of output into a channel, in order, a slice at a time. */
export class LogWriter {
  readonly #channel: LogChannel;
  #waiting: Entry[] = [];
  #turn: NodeJS.Immediate | undefined;

  constructor(channel: LogChannel) {
    this.#channel = channel;
  }

  write(lines: readonly LogLine[], prefix = ''): void {
    for (const line of lines) this.#waiting.push({ line, prefix });
    this.#soon();
  }

  warn(warning: string): void {
    this.#waiting.push({ warning });
    this.#soon();
  }

  dispose(): void {
    clearImmediate(this.#turn);
    this.#waiting = [];
  }

  #soon(): void {
    this.#turn ??= setImmediate(() => {
      this.#turn = undefined;
      const until = performance.now() + turnMs;
      let written = 0;
      for (const entry of this.#waiting) {
        if (performance.now() > until) break;
        this.#put(entry);
        written += 1;
      }
      this.#waiting = this.#waiting.slice(written);
      if (this.#waiting.length > 0) this.#soon();
    });
  }

  #put(entry: Entry): void {
    if ('warning' in entry) {
      this.#channel.warn(entry.warning);
      return;
    }
    const { line, prefix } = entry;
    const text = neutralise(line.text);
    const late = Date.now() - Date.parse(line.time) > lateMs ? `[${line.time}] ` : '';
    this.#channel[logLevel(text)](`${late}${prefix}${text}`);
  }
}
