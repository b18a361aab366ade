import * as vscode from 'vscode';
import type { MasterLink } from '../master/master-link.ts';
import { LogFeed } from './log-feed.ts';
import { LogWriter } from './log-writer.ts';

const backlog = 2_000;

/** The output channel of one worker: made when first asked for, filled from the master's store, then as lines come. */
export class WorkerLogs implements vscode.Disposable {
  readonly #channel: vscode.LogOutputChannel;
  readonly #writer: LogWriter;
  readonly #feed: LogFeed;

  constructor(link: MasterLink, id: string, name: string) {
    this.#channel = vscode.window.createOutputChannel(name, { log: true });
    const writer = new LogWriter(this.#channel);
    this.#writer = writer;
    this.#feed = new LogFeed(link, id, backlog, {
      lines: (lines) => writer.write(lines),
      dropped: (count) => writer.warn(leftOut(count)),
      failed: (error) => writer.warn(unreadable(error)),
    });
  }

  show(): void {
    this.#channel.show(true);
  }

  dispose(): void {
    this.#feed.dispose();
    this.#writer.dispose();
    this.#channel.dispose();
  }
}

export function leftOut(count: number): string {
  return vscode.l10n.t('{0} lines are missing here: they were not kept until they could be shown.', count);
}

export function unreadable(error: unknown): string {
  return vscode.l10n.t('The output cannot be read: {0}', String(error));
}
