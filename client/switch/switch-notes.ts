import type { WorkerRef } from '../master/masters.ts';

/** What a switch wrote besides the type, kept until its result is told. */
export class SwitchNotes {
  readonly #notes = new Map<string, string>();

  set(ref: WorkerRef, note: string): void {
    this.#notes.set(keyOf(ref), note);
  }

  /** Undefined where there was nothing to tell, or it was told. */
  take(ref: WorkerRef): string | undefined {
    const note = this.#notes.get(keyOf(ref));
    this.#notes.delete(keyOf(ref));
    return note;
  }
}

function keyOf({ file, id }: WorkerRef): string {
  return `${file}#${id}`;
}
