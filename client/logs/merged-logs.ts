import * as vscode from 'vscode';
import type { LogLine } from '../../master/protocol.ts';
import type { MasterLink } from '../master/master-link.ts';
import type { Masters } from '../master/masters.ts';
import { LogFeed } from './log-feed.ts';
import { LogWriter } from './log-writer.ts';
import { byTime, prefixOf } from './merge-lines.ts';
import { leftOut, unreadable } from './worker-logs.ts';

/** Of each worker: the view is about what happens now, the store has the rest. */
const backlog = 300;

/** One channel with the output of all workers, each line named; it has VS Code's own filter and search. */
export class MergedLogs implements vscode.Disposable {
  readonly #masters: Masters;
  readonly #feeds = new Map<string, LogFeed>();
  readonly #subscriptions: { dispose(): void }[] = [];
  #channel: vscode.LogOutputChannel | undefined;
  #writer: LogWriter | undefined;
  /** The lines of the stores, until all are there to be put in order. */
  #gathered: { readonly prefix: string; readonly line: LogLine }[] | undefined;

  constructor(masters: Masters) {
    this.#masters = masters;
  }

  show(): void {
    this.#open().show(true);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    for (const feed of this.#feeds.values()) feed.dispose();
    this.#writer?.dispose();
    this.#channel?.dispose();
  }

  /** Made when first asked for. */
  #open(): vscode.LogOutputChannel {
    if (this.#channel) return this.#channel;
    this.#channel = vscode.window.createOutputChannel('HSU All Workers', { log: true });
    this.#writer = new LogWriter(this.#channel);
    this.#gathered = [];
    for (const link of this.#masters.links) this.#followAll(link);
    void Promise.all([...this.#feeds.values()].map(({ ready }) => ready)).then(() => {
      for (const { prefix, line } of byTime(this.#gathered ?? [])) this.#writer?.write([line], prefix);
      this.#gathered = undefined;
    });
    this.#subscriptions.push(
      this.#masters.onDidChange(({ link, workers }) => {
        if (!workers) this.#followAll(link);
      }),
      this.#masters.onDidRemove((file) => this.#unfollow(file)),
    );
    return this.#channel;
  }

  #followAll(link: MasterLink): void {
    for (const { id } of link.workers) {
      const key = `${link.file}#${id}`;
      if (!this.#feeds.has(key)) this.#feeds.set(key, this.#feed(link, id));
    }
  }

  #feed(link: MasterLink, id: string): LogFeed {
    const isTwin = this.#masters.links.some(
      ({ file, workers }) => file !== link.file && workers.some((w) => w.id === id),
    );
    const prefix = prefixOf(isTwin ? `${vscode.workspace.asRelativePath(link.file)} ${id}` : id);
    return new LogFeed(link, id, backlog, {
      lines: (lines) => {
        if (this.#gathered) for (const line of lines) this.#gathered.push({ prefix, line });
        else this.#writer?.write(lines, prefix);
      },
      dropped: (count) => this.#writer?.warn(`${prefix}${leftOut(count)}`),
      failed: (error) => this.#writer?.warn(`${prefix}${unreadable(error)}`),
    });
  }

  #unfollow(file: string): void {
    for (const [key, feed] of this.#feeds) {
      if (!key.startsWith(`${file}#`)) continue;
      feed.dispose();
      this.#feeds.delete(key);
    }
  }
}
