import * as vscode from 'vscode';
import type { Outcome } from '../../master/protocol.ts';

/** The terminal of a task that asks a master: shows the outcomes as they are told, and ends with 0 when all are well. */
export class OutcomeTerminal implements vscode.Pseudoterminal {
  readonly #work: () => Promise<readonly Outcome[]>;
  readonly #written = new vscode.EventEmitter<string>();
  readonly #closed = new vscode.EventEmitter<number>();
  readonly onDidWrite = this.#written.event;
  readonly onDidClose = this.#closed.event;

  constructor(work: () => Promise<readonly Outcome[]>) {
    this.#work = work;
  }

  open(): void {
    this.#work().then(
      (outcomes) => {
        for (const { message } of outcomes) this.#say(message);
        this.#closed.fire(outcomes.every(({ ok }) => ok) ? 0 : 1);
      },
      (error: unknown) => {
        this.#say(error instanceof Error ? error.message : String(error));
        this.#closed.fire(1);
      },
    );
  }

  close(): void {
    this.#written.dispose();
    this.#closed.dispose();
  }

  /** A terminal wants its lines to begin at the left. */
  #say(text: string): void {
    this.#written.fire(`${text.replaceAll(/\r?\n/g, '\r\n')}\r\n`);
  }
}
