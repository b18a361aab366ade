import type { SavedState } from './state-file.ts';
import type { WorkerController } from './workers/controller.ts';
import type { SavedWorker } from './workers/run-counts.ts';

/** What a later master needs of the workers of this one, and what a former one left of them. */
export class LeftState {
  readonly #save: (changed: SavedState) => void;
  /** Of workers that are not there: where their counts go on if they come (back). */
  readonly #former: Map<string, SavedWorker>;
  /** What was saved last of each worker, as text. */
  readonly #saved = new Map<string, string>();
  /** Those that may have something new to save. */
  readonly #touched = new Set<WorkerController>();
  /** Stopped only because this master ends: the next one is to start them. */
  readonly #leftWanted = new Set<WorkerController>();

  constructor(former: SavedState | undefined, save: (changed: SavedState) => void) {
    this.#former = new Map(former);
    this.#save = save;
  }

  former(id: string): SavedWorker | undefined {
    return this.#former.get(id);
  }

  touch(controller: WorkerController): void {
    this.#touched.add(controller);
  }

  /** From now on it is saved as wanted where it is so now, whatever becomes of it. */
  leaveWanted(controller: WorkerController): void {
    if (controller.saved().wanted) this.#leftWanted.add(controller);
  }

  /** The worker is no longer there. */
  remove(controller: WorkerController): void {
    this.#touched.delete(controller);
    this.#former.set(controller.id, controller.saved());
    this.#saved.delete(controller.id);
  }

  /**
   * A change may wait some milliseconds to be saved, with those that follow it, and a master that is killed meanwhile
   * loses nothing by that:
   * - No count: a run is counted and saved before there is a process of it.
   * - No process: the next master finds a run by the number that was saved and the marks it carries, before it starts
   *   another one; whatever else carries the worker's marks it ends first. So there is no second one either.
   * - Nothing that anybody was told: what is told, and answered, is saved before.
   * - Not that it was ready: what it says of that stands in a file, in its log, or is asked anew.
   * That a run is over the next master sees by itself; a stop that nobody was answered yet may have to be asked again.
   */
  save(): void {
    const changed = new Map<string, SavedWorker>();
    const touched = [...this.#touched];
    this.#touched.clear();
    for (const controller of touched) {
      const saved = this.#leftWanted.has(controller) ? { ...controller.saved(), wanted: true } : controller.saved();
      const text = JSON.stringify(saved);
      if (this.#saved.get(controller.id) === text) continue;
      this.#saved.set(controller.id, text);
      changed.set(controller.id, saved);
    }
    if (changed.size > 0) this.#save(changed);
  }
}
