import * as vscode from 'vscode';
import type { Masters, WorkerRef } from '../master/masters.ts';
import { WorkerLogs } from './worker-logs.ts';

/** One output channel for each worker whose output was asked for, for the life of its workers file's link. */
export class LogChannels implements vscode.Disposable {
  readonly #masters: Masters;
  readonly #channels = new Map<string, { readonly ref: WorkerRef; readonly logs: WorkerLogs }>();
  readonly #subscription: { dispose(): void };

  constructor(masters: Masters) {
    this.#masters = masters;
    this.#subscription = masters.onDidRemove((file) => this.#removeFile(file));
  }

  show(ref: WorkerRef): void {
    const key = `${ref.file}#${ref.id}`;
    const known = this.#channels.get(key);
    if (known) return known.logs.show();
    const link = this.#masters.link(ref.file);
    if (!link) return;
    const logs = new WorkerLogs(link, ref.id, this.#name(ref));
    this.#channels.set(key, { ref, logs });
    logs.show();
  }

  dispose(): void {
    this.#subscription.dispose();
    for (const { logs } of this.#channels.values()) logs.dispose();
    this.#channels.clear();
  }

  /** Two files may each have a worker of this name. */
  #name({ file, id }: WorkerRef): string {
    const name = `HSU ${id}`;
    const twin = this.#masters.links.some((link) => link.file !== file && link.worker(id));
    return twin ? `${name} (${vscode.workspace.asRelativePath(file)})` : name;
  }

  #removeFile(file: string): void {
    for (const [key, { ref, logs }] of this.#channels) {
      if (ref.file !== file) continue;
      logs.dispose();
      this.#channels.delete(key);
    }
  }
}
