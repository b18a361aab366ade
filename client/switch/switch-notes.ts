import type { WorkerRef } from '../master/masters.ts';

interface Note {
  readonly text: string;
  /** Ends the message in the status bar. */
  readonly message: { dispose(): void };
}

/** What a switch wrote besides the type, kept until its result is told; until then it stands in the status bar. */
export class SwitchNotes {
  readonly #notes = new Map<string, Note>();

  set(ref: WorkerRef, note: Note): void {
    this.#notes.set(keyOf(ref), note);
  }

  /** Undefined where there was nothing to tell, or it was told. */
  take(ref: WorkerRef): string | undefined {
    const note = this.#notes.get(keyOf(ref));
    this.#notes.delete(keyOf(ref));
    note?.message.dispose();
    return note?.text;
  }
}

function keyOf({ file, id }: WorkerRef): string {
  return `${file}#${id}`;
}
